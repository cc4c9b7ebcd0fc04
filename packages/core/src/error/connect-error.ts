import type { ConnectErrorCode } from "./code.ts";
import { withoutSecrets } from "./without-secrets.ts";

/** Two copies of this package may be loaded at once, where `instanceof` fails. */
const marker = Symbol.for("@opconnect/core.ConnectError");

/**
 * The only error opconnect throws on purpose. Its text holds no secret: what is one by its form is
 * taken out, whatever was put in. It ends in its code, as only text survives the way from a Pulumi
 * provider's process to the user.
 */
export class ConnectError extends Error {
  override readonly name = "ConnectError";
  /** What kind of failure this is. Stable between releases. */
  readonly code: ConnectErrorCode;
  /** What happened, with the offending value, as whole sentences. */
  readonly happened: string;
  /** What to do about it, as whole sentences. */
  readonly remedy: string;

  /** @param options `cause` must be free of secrets: Node prints it. */
  constructor(code: ConnectErrorCode, happened: string, remedy: string, options?: ErrorOptions) {
    const [shownHappened, shownRemedy] = [withoutSecrets(happened), withoutSecrets(remedy)];
    super(failureText({ code, happened: shownHappened, remedy: shownRemedy }), options);
    this.code = code;
    this.happened = shownHappened;
    this.remedy = shownRemedy;
  }

  get [marker](): true {
    return true;
  }
}

/** A failure as programs are told of it. */
export type Failure = Pick<ConnectError, "code" | "happened" | "remedy">;

/** What programs are told of a failure. */
export function failureOf({ code, happened, remedy }: ConnectError): Failure {
  return { code, happened, remedy };
}

/** What people are told of a failure: the message of its error. */
export function failureText({ code, happened, remedy }: Failure): string {
  return `${happened} ${remedy} [${code}]`;
}

/** Recognises a {@link ConnectError}, also one of another copy of this package. */
export function isConnectError(value: unknown): value is ConnectError {
  return typeof value === "object" && value !== null && marker in value;
}
