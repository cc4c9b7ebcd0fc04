import { isId } from "../account/ids.ts";

/** A refusal of `op`: one error line on stderr, sometimes with help above it. */
export class OpFailure extends Error {
  override readonly name = "OpFailure";
  readonly exitCode: number;
  /** Un-prefixed lines that real `op` prints above some errors. */
  readonly help: string;

  constructor(message: string, { exitCode = 1, help = "" } = {}) {
    super(message);
    this.exitCode = exitCode;
    this.help = help;
  }
}

/** Go's log format, in local time. [S] op-js parses exactly this. */
export function renderErrorLine(message: string, now: Date): string {
  const two = (part: number): string => String(part).padStart(2, "0");
  const date = `${now.getFullYear()}/${two(now.getMonth() + 1)}/${two(now.getDate())}`;
  const time = `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  return `[ERROR] ${date} ${time} ${message}\n`;
}

/** HTTP errors that pass through `op` leave with exit code 4. [S] pyonepassword fixtures */
function notFoundById(): OpFailure {
  return new OpFailure("(404) Not Found: The requested resource was not found.", { exitCode: 4 });
}

/** An unknown id is asked for at the server, an unknown name never leaves `op`. [S] for users */
export function notFound(query: string, text: string): OpFailure {
  return isId(query) ? notFoundById() : new OpFailure(text);
}

/**
 * The caller may not manage Connect servers. [?] The real text is not public; exit code 6 stands for
 * "the server refused" in reports without a transcript.
 */
export function cannotMint(): OpFailure {
  const text = "(403) Forbidden: You don't have permission to manage Secrets Automation.";
  return new OpFailure(text, { exitCode: 6 });
}

/**
 * The caller lacks rights on a vault that a Connect server is to get. [?] Users report nothing but
 * these words and this code; note that they name no vault.
 */
export function vaultAccessRefused(): OpFailure {
  return new OpFailure("401 Auth Error", { exitCode: 6 });
}

/** A permission that the account's plan does not have. [?] */
export function unknownPermission(name: string): OpFailure {
  return new OpFailure(`invalid permission "${name}"`);
}

/** The caller may not do this to the object named. [?] */
export function forbidden(what: string): OpFailure {
  return new OpFailure(`(403) Forbidden: You aren't authorized to ${what}.`, { exitCode: 6 });
}
