import { isId } from "../account/ids.ts";

/** One way in which `op` may refuse: its text and its exit code. */
export type Wording = readonly [text: string, exitCode: number];

/** A refusal of `op`: one error line on stderr, sometimes with help above it. */
export class OpFailure extends Error {
  override readonly name = "OpFailure";
  readonly exitCode: number;
  /** Un-prefixed lines that real `op` prints above some errors. */
  readonly help: string;
  readonly #others: readonly Wording[];

  /** @param options.others What else `op` may say, where nobody has recorded its text. */
  constructor(
    message: string,
    { exitCode = 1, help = "", others = [] as readonly Wording[] } = {},
  ) {
    super(message);
    this.exitCode = exitCode;
    this.help = help;
    this.#others = others;
  }

  /** The same refusal in the words that an account uses. */
  worded(wording: number): OpFailure {
    const other = this.#others[(wording % (this.#others.length + 1)) - 1];
    return other === undefined
      ? this
      : new OpFailure(other[0], { exitCode: other[1], help: this.help });
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
const notFoundById: Wording = ["(404) Not Found: The requested resource was not found.", 4];

/** An unknown id is asked for at the server, an unknown name never leaves `op`. [S] for users */
export function notFound(query: string, text: string): OpFailure {
  const [message, exitCode] = isId(query) ? notFoundById : ([text, 1] as const);
  return new OpFailure(message, { exitCode });
}

/** As {@link notFound}, for what belongs to Connect. [?] */
export function connectNotFound(query: string, text: string): OpFailure {
  const { message, exitCode } = notFound(query, text);
  const others: readonly Wording[] = [
    ["(403) Forbidden: The integration is not active.", 4],
    ["There is no integration by that name or ID.", 1],
    [text, 1],
  ];
  return new OpFailure(message, { exitCode, others });
}

/**
 * The caller may not manage Connect servers. [?] The real text is not public; exit code 6 stands for
 * "the server refused" in reports without a transcript.
 */
export function cannotMint(): OpFailure {
  const text = "(403) Forbidden: You don't have permission to manage Secrets Automation.";
  const others: readonly Wording[] = [
    ["This feature needs another role. Talk to your administrator.", 1],
    ["(401) Unauthorized: You aren't authorized to access this resource.", 4],
    ["Connect isn't turned on for you.", 1],
  ];
  return new OpFailure(text, { exitCode: 6, others });
}

/**
 * The caller lacks rights on a vault that a Connect server is to get. [?] Users report nothing but
 * these words and this code; note that they name no vault.
 */
export function vaultAccessRefused(): OpFailure {
  const others: readonly Wording[] = [
    ["Couldn't update the Connect server.", 1],
    ["(403) Forbidden: The request was refused.", 4],
    ["the user lacks full access to a vault", 1],
  ];
  return new OpFailure("401 Auth Error", { exitCode: 6, others });
}

/** A permission that the account's plan does not have. [?] */
export function unknownPermission(name: string): OpFailure {
  const others: readonly Wording[] = [
    [`invalid argument "${name}" for "--permission" flag: unknown permission`, 1],
    [`"${name}" isn't a permission in this account.`, 1],
    ["(400) Bad Request: The structure of request was invalid.", 4],
  ];
  return new OpFailure(`invalid permission "${name}"`, { others });
}

/** The caller may not do this to the object named. [?] */
export function forbidden(what: string): OpFailure {
  const others: readonly Wording[] = [
    ["Your role doesn't include this action.", 1],
    ["(403) Forbidden", 4],
    ["Something only a manager of the vault can do.", 1],
  ];
  return new OpFailure(`(403) Forbidden: You aren't authorized to ${what}.`, {
    exitCode: 6,
    others,
  });
}
