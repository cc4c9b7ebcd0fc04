import { ConnectError } from "../error/connect-error.ts";
import { quote } from "../error/quote.ts";

/** A field of an item in 1Password, each part by id or by title. */
export interface SecretReference {
  readonly vault: string;
  readonly item: string;
  /** Section of the field; without it, the field may be in any. */
  readonly section?: string | undefined;
  readonly field: string;
}

/**
 * Parses `op://<vault>/<item>[/<section>]/<field>`.
 * @throws `SECRET_REFERENCE_INVALID` if the text has another shape, or asks for an attribute.
 * @see https://developer.1password.com/docs/cli/secret-reference-syntax
 */
export function parseSecretReference(text: string): SecretReference {
  if (typeof text !== "string" || !text.startsWith("op://")) {
    throw invalid("The secret reference does not begin with op://.", shapeRemedy);
  }
  const [path = "", ...queries] = text.slice("op://".length).split("?");
  if (queries.length > 0) {
    throw invalid(
      "The secret reference asks for an attribute of its field.",
      "Leave out what begins with `?`: only the value of a field is delivered. A one-time password would be stale as soon as it is delivered.",
    );
  }
  const parts = path.split("/");
  const odd = parts.find((part) => !titleForm.test(part) || part !== part.trim());
  if (odd !== undefined) {
    throw invalid(
      odd === "" ? "The secret reference has an empty part." : `A part is ${quote(odd)}.`,
      "In a secret reference, 1Password takes letters, digits, spaces and `-_.` only: name what has another title by its id.",
    );
  }
  const [vault, item, third, fourth, ...more] = parts;
  if (vault === undefined || item === undefined || third === undefined || more.length > 0) {
    throw invalid(`The secret reference has ${parts.length} parts.`, shapeRemedy);
  }
  return fourth === undefined
    ? { vault, item, field: third }
    : { vault, item, section: third, field: fourth };
}

const titleForm = /^[A-Za-z0-9 ._-]+$/;

function invalid(happened: string, remedy: string): ConnectError {
  return new ConnectError("SECRET_REFERENCE_INVALID", happened, remedy);
}

const shapeRemedy = "Write op://<vault>/<item>/<field> or op://<vault>/<item>/<section>/<field>.";
