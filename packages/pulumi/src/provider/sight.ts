import { randomUUID } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConnectError } from "@opconnect/core/connect-error";

/** How much of a cluster a preview can see. */
export interface ClusterSight {
  /** Why nothing: it cannot be asked. */
  readonly hidden?: Pick<ConnectError, "happened" | "remedy" | "code"> | undefined;
  /** Whether the program is yet to make the cluster. */
  readonly isToBeMade?: boolean | undefined;
  /** Whether the identity may read the Secrets that the chart's notes look up as it is rendered. */
  readonly showsSecrets?: boolean | undefined;
}

/**
 * A path for what a preview finds out about a cluster. A program cannot be told otherwise: of a
 * resource that does not change, it gets what the state has.
 */
export function newSightNote(): string {
  return join(tmpdir(), `opconnect-sight-${randomUUID()}.json`);
}

/** Notes what was found out, for {@link takeSight}. */
export function noteSight(path: unknown, sight: ClusterSight): void {
  if (typeof path !== "string") return;
  writeFileSync(path, JSON.stringify(sight), { mode: 0o600, flag: "wx" });
}

/** What was noted, which is gone then; where nothing was, as in a unit test, all can be seen. */
export function takeSight(path: string): ClusterSight {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return {};
  } finally {
    rmSync(path, { force: true });
  }
}
