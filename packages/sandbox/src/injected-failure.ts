import { existsSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withLock } from "./account/account-file.ts";

/** One failure to come: which calls, how often, what goes wrong. */
export type InjectedFailure = {
  /**
   * Start of the calls it hits: words of an `op` command and its positionals
   * (`"connect token create"`), or method and path of a Connect request (`"GET /v1/vaults"`).
   */
  readonly match: string;
  /** @default 1 */
  readonly times?: number;
} & FailureEffect;

export type FailureEffect =
  /** `op` ends with this error; `after` it did its work, as when an answer is lost. */
  | {
      readonly kind: "exit";
      readonly exitCode: number;
      readonly message: string;
      readonly when?: "before" | "after";
    }
  | { readonly kind: "delay"; readonly delayMs: number }
  /** `op` never comes back, as with an approval prompt that no person sees. */
  | { readonly kind: "hang"; readonly when?: "before" | "after" }
  /** `op` is killed by SIGKILL. */
  | { readonly kind: "kill"; readonly when: "before" | "after" }
  /** The token covers fewer vaults than were asked for; without ids, none of them. */
  | { readonly kind: "drop-vaults"; readonly vaultIds?: readonly string[] }
  | { readonly kind: "rate-limit" }
  /** A line on stdout ahead of the real output, as update notices. */
  | { readonly kind: "text-before-output"; readonly text: string }
  /** Connect answers with this status. */
  | { readonly kind: "status"; readonly status: number; readonly message: string };

/** Makes the next matching calls fail. */
export async function injectFailure(home: string, failure: InjectedFailure): Promise<void> {
  await updateFailures(home, (failures) => [...failures, failure]);
}

/** Takes back all failures that have not struck yet. */
export async function clearFailures(home: string): Promise<void> {
  await updateFailures(home, () => []);
}

/** The failures that strike this call; each counts as used from here on. */
export async function takeFailures(
  home: string,
  call: string,
): Promise<readonly InjectedFailure[]> {
  // Most calls have none coming and need not wait for the lock.
  if (!(await readFailures(home)).some(({ match }) => isPrefix(match, call))) return [];
  const taken: InjectedFailure[] = [];
  await updateFailures(home, (failures) =>
    failures.flatMap((failure) => {
      if (!isPrefix(failure.match, call)) return [failure];
      taken.push(failure);
      const times = failure.times ?? 1;
      return times > 1 ? [{ ...failure, times: times - 1 }] : [];
    }),
  );
  return taken;
}

/** Whole words of a command, but any start of a request's path. */
function isPrefix(match: string, call: string): boolean {
  const isRequest = /^[A-Z]+ \//.test(match);
  return call === match || call.startsWith(isRequest ? match : `${match} `);
}

async function updateFailures(
  home: string,
  change: (failures: readonly InjectedFailure[]) => readonly InjectedFailure[],
): Promise<void> {
  const path = failuresPath(home);
  await withLock(path, async () => {
    const after = change(await readFailures(home));
    await writeFile(`${path}.draft`, JSON.stringify(after), { mode: 0o600 });
    await rename(`${path}.draft`, path);
  });
}

async function readFailures(home: string): Promise<readonly InjectedFailure[]> {
  const path = failuresPath(home);
  return existsSync(path) ? JSON.parse(await readFile(path, "utf8")) : [];
}

function failuresPath(home: string): string {
  return join(home, "failures.json");
}
