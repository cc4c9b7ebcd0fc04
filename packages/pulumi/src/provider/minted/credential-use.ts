import { ConnectError } from "@opconnect/core";
import type { ClusterConnection } from "@opconnect/provision";
import { patiently } from "@opconnect/provision/patient";
import { z } from "zod";
import { clusterSchema, connectNoted, unlessUnreachable } from "../cluster/target.ts";

/**
 * Where a cluster uses a credentials file or a Connect token: the Secret that holds it there; or that
 * Git brings it to a cluster where no update looks.
 */
export const usedInSchema = z.union([
  clusterSchema.extend({ namespace: z.string(), name: z.string() }),
  z.literal("unseen"),
]);

type UsedIn = z.infer<typeof usedInSchema>;

/** By the secret of the store, as this run's program says: a state may be older than the cluster's access. */
const said = new Map<string, UsedIn>();

/** Notes where this run's program uses what the secret of the store holds. */
export function noteUse(secretId: unknown, usedIn: unknown): void {
  const known = usedInSchema.safeParse(usedIn);
  if (typeof secretId === "string" && known.success) said.set(secretId, known.data);
}

/** Whether what the secret of the store holds is used where no update looks. */
export function isUsedUnseen(secretId: string, usedIn: UsedIn | undefined): boolean {
  return (said.get(secretId) ?? usedIn) === "unseen";
}

/** What is to be deleted, as its state says. */
export interface Deletable {
  /** In words, e.g. `"Connect token 4f…"`. */
  readonly what: string;
  readonly secretId: string;
  readonly fingerprint: string | undefined;
  readonly usedIn?: UsedIn | undefined;
}

/** How long pods may take to go, and how often they are looked at. */
export interface PodPatience {
  readonly limitMs?: number;
  readonly pollMs?: number;
}

/**
 * Refuses that something goes as long as the cluster uses it.
 * @throws `CREDENTIALS_IN_USE`, and what the cluster says if it cannot be asked.
 */
export async function requireUnused(deletable: Deletable): Promise<void> {
  const { what, secretId, fingerprint } = deletable;
  const usedIn = said.get(secretId) ?? deletable.usedIn;
  if (usedIn === undefined || usedIn === "unseen" || fingerprint === undefined) return;
  await unlessUnreachable(async () => {
    const users = await findUsers(await connectNoted(usedIn), { ...usedIn, fingerprint });
    if (users.length > 0) throw inUse(what, users);
  });
}

/** Pods whose Deployment is gone, or has others by now, are given the time to go. */
export async function findUsers(
  cluster: Pick<ClusterConnection, "listUsers">,
  use: Parameters<ClusterConnection["listUsers"]>[0],
  { limitMs = 60_000, pollMs = 1_000 }: PodPatience = {},
): Promise<readonly string[]> {
  const until = Date.now() + limitMs;
  const pause = patiently(
    `Waiting for pods in the namespace ${use.namespace} to end that use former credentials …`,
  );
  for (;;) {
    const { lasting, pods } = await cluster.listUsers(use);
    const users = [...lasting, ...pods];
    if (lasting.length > 0 || users.length === 0 || Date.now() > until) return users;
    await pause(pollMs);
  }
}

function inUse(what: string, users: readonly string[]): ConnectError {
  return new ConnectError(
    "CREDENTIALS_IN_USE",
    `The ${what} is still used in the cluster, by ${users.join(", ")}. It was left alone.`,
    "Run `pulumi up` without `--target`, `--exclude` and `deleteBeforeReplace` (or `pulumi destroy`, where all shall go): what uses it is changed first, and then it goes.",
  );
}
