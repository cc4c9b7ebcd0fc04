import type { AccountFile } from "../account/account-file.ts";
import type { Caller } from "../account/caller.ts";
import type { OpOptions } from "./argv/options.ts";

/** One command of `op`: what it is called, what it takes, what it does. */
export interface OpCommand {
  /** Words after `op`, e.g. `"connect server create"`. */
  readonly name: string;
  /** Positionals in commander's notation, e.g. `"<name>"` or `"[item] [assignments...]"`. */
  readonly args?: string;
  /** Flags in commander's notation, e.g. `"-f, --force"`. */
  readonly flags?: readonly string[];
  /**
   * Who may run it: people need not be signed in for `everybody`; service accounts are refused by
   * `people`; only `connect-too` commands work with OP_CONNECT_HOST set.
   * @default "signed-in"
   */
  readonly callers?: "everybody" | "signed-in" | "people" | "connect-too";
  /**
   * Whether `-` in the place of the first positional means the objects named on stdin.
   * @default false
   */
  readonly readsIds?: boolean;
  readonly run: (call: OpCall) => OpOutput | Promise<OpOutput>;
}

/** One run of a command. */
export interface OpCall {
  readonly account: AccountFile;
  /** Absent only for commands that everybody may run. */
  readonly caller: Caller | undefined;
  readonly args: readonly string[];
  readonly options: OpOptions;
  /** One line on how to call the command. */
  readonly usage: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Reads all of stdin. */
  readonly readStdin: () => Promise<string>;
  /** Whether something other than a terminal or the null device is behind stdin. */
  readonly stdinIsPiped: boolean;
  readonly writeStderr: (text: string) => void;
  /** Vaults that an injected failure leaves out of a token, as the real `op` may right after a grant. */
  readonly dropVault: (vaultId: string) => boolean;
}

/** What a command prints: text for people and, for most commands, an object for `--format json`. */
export interface OpOutput {
  readonly text: string;
  /** Absent where real `op` prints text whatever the format. */
  readonly json?: unknown;
}

/** The caller of a command that only signed-in callers reach. */
export function signedIn({ caller }: Pick<OpCall, "caller">): Caller {
  if (!caller) throw new Error("This command is declared for everybody and has no caller.");
  return caller;
}

/** The first positional, which commander has made sure is there. */
export function firstArg({ args }: Pick<OpCall, "args">): string {
  return args[0] ?? "";
}

export const nothing: OpOutput = { text: "" };
