/**
 * Whether a text is shaped like an id of 1Password: 26 letters and digits. Vault and item ids are
 * lower-case; `op` prints those of accounts, users and Connect servers in upper case.
 * @see https://developer.1password.com/docs/connect/api-reference
 */
export function isOnePasswordId(text: string): boolean {
  return /^[a-z0-9]{26}$/i.test(text);
}

/** Whether two ids of 1Password are the same, whose case varies from command to command. */
export function isSameOnePasswordId(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
