/** One option of `opconnect aws-credentials`. */
export interface RequestOption {
  readonly name: string;
  /** What it takes; a switch takes nothing. */
  readonly value?: string;
  readonly description: string;
}

/** Every option of `opconnect aws-credentials`, in the order of its help. */
export const requestOptions: readonly RequestOption[] = [
  { name: "item", value: "name-or-id", description: "1Password item with the access key" },
  { name: "vault", value: "name-or-id", description: "vault of the item" },
  { name: "account", value: "account", description: "1Password account, as in `op --account`" },
  {
    name: "duration",
    value: "time",
    description: "life time of the session, e.g. 12h or 3600 (default: what AWS gives)",
  },
  { name: "region", value: "region", description: "region of STS (default: us-east-1)" },
  { name: "role-arn", value: "arn", description: "role to assume with the session" },
  { name: "role-session-name", value: "name", description: "name of the role's session in logs" },
  { name: "external-id", value: "id", description: "external id that the role asks for" },
  {
    name: "direct-mfa",
    description: "assume the role by the access key and a one-time password, without a session",
  },
  { name: "no-mfa", description: "ask for the session without a one-time password" },
  {
    name: "cache",
    value: "place",
    description: "where sessions are kept: item, keychain or none (default: item)",
  },
  {
    name: "margin",
    value: "time",
    description: "renew this long before the session expires (default: 30s)",
  },
  { name: "timeout", value: "time", description: "give up after this long (default: 2m)" },
  {
    name: "rewrite-item",
    description: "cache in the item even if it may hold a passkey or files, which that destroys",
  },
  {
    name: "access-key-id-field",
    value: "label",
    description: "field of the access key id (default: Access Key ID)",
  },
  {
    name: "secret-access-key-field",
    value: "label",
    description: "field of the secret access key (default: Secret Access Key)",
  },
  {
    name: "mfa-serial-field",
    value: "label",
    description: "field of the MFA device's ARN (default: mfa serial)",
  },
  {
    name: "one-time-password-field",
    value: "label",
    description: "field of the one-time password (default: the item's only one)",
  },
  {
    name: "session-cache-field",
    value: "label",
    description: "field that keeps the session (default: session_cache)",
  },
];
