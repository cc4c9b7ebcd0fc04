import { ConnectError, redacted } from "@opconnect/core";

/**
 * Turns a failure of STS, or of the way to it, into a `ConnectError`.
 * @param clockBehindSeconds How far this machine's clock is behind AWS, as far as STS told.
 * @param secrets Never to be part of a message.
 */
export function stsError(
  error: unknown,
  endpoint: string,
  clockBehindSeconds: number,
  secrets: readonly string[],
): ConnectError {
  const name = error instanceof Error ? error.name : "unknown";
  const text = error instanceof Error ? error.message : "";
  const message = redacted(text, secrets).replaceAll(/\s+/g, " ").trim();
  const answered = inside(error, "$metadata", "httpStatusCode");
  const status = typeof answered === "number" ? answered : 500;
  if (status >= 500) {
    return new ConnectError(
      "AWS_STS_UNREACHABLE",
      `AWS STS gave no answer at ${hostOf(endpoint)}: ${message || name}${systemCode(error)}.`,
      "Check the network, the proxy, `--region` and AWS_ENDPOINT_URL_STS.",
    );
  }
  const said = `${name}: ${message}${/[.!?]$/.test(message) ? "" : "."}${clockHint(clockBehindSeconds)}`;
  if (status === 429 || /throttl|too ?many ?requests|limit ?exceeded|slow ?down/i.test(name)) {
    return new ConnectError(
      "AWS_STS_THROTTLED",
      `AWS STS says ${said}`,
      "Wait a minute, then run again.",
    );
  }
  if (/MultiFactorAuthentication|one time pass ?code|MFA code/i.test(message)) {
    return new ConnectError(
      "AWS_OTP_REFUSED",
      `AWS STS refuses the one-time password. It says ${said}`,
      "Compare `mfa serial` and the one-time password of the item with the MFA device in AWS, and set this machine's clock right.",
    );
  }
  return new ConnectError("AWS_STS_DENIED", `AWS STS says ${said}`, remedyFor(name));
}

function remedyFor(name: string): string {
  if (/InvalidClientTokenId|UnrecognizedClient/.test(name)) {
    return "The access key was deleted or switched off: put a new one into the item.";
  }
  if (/SignatureDoesNotMatch|IncompleteSignature/.test(name)) {
    return "Compare the secret access key in the item with the access key id next to it.";
  }
  if (/ExpiredToken/.test(name)) return "Run `opconnect aws-credentials clear`, then run again.";
  if (/ValidationError/.test(name)) return "Correct `--duration`, `--role-arn` or `mfa serial`.";
  return "Check what the user may do, and whether the role trusts the user and asks for MFA.";
}

function clockHint(behind: number): string {
  if (Math.abs(behind) < 20) return "";
  return ` (This machine's clock is ${Math.abs(behind)} seconds ${behind > 0 ? "slow" : "fast"}.)`;
}

function systemCode(error: unknown): string {
  const code = inside(error, "code");
  return typeof code === "string" ? ` (${code})` : "";
}

/** An address may hold a user and a password. */
function hostOf(endpoint: string): string {
  return URL.parse(endpoint)?.host ?? "an address that is none";
}

/** What a value holds under a path of names, if it goes that far. */
export function inside(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>(
    (outer, name) =>
      typeof outer === "object" && outer !== null ? Reflect.get(outer, name) : undefined,
    value,
  );
}
