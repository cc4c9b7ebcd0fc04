import { ConnectError } from "@opconnect/core";
import { patiently } from "../process/patient.ts";
import type { ClusterApi } from "./api.ts";

/** How it stands with a namespace; `"unknown"` to a user who may not read it. */
export type NamespaceState = "there" | "leaving" | "missing" | "unknown";

/** How long is waited for a namespace that is made beside what needs it. */
export interface NamespacePatience {
  /** In milliseconds. */
  readonly namespaceMs: number;
  /** Time between two looks, in milliseconds. */
  readonly pollMs: number;
}

/** Looks at a namespace. */
export async function namespaceState(
  api: Pick<ClusterApi, "findNamespace">,
  name: string,
): Promise<NamespaceState> {
  const found = await api.findNamespace(name);
  if (found === undefined) return "missing";
  if (found === "hidden") return "unknown";
  return found.metadata?.deletionTimestamp === undefined ? "there" : "leaving";
}

/**
 * Waits a moment for a namespace: what makes it may run at the same time.
 * @param need What needs it, as in "the namespace app, …".
 * @throws `CLUSTER_NAMESPACE_MISSING`.
 */
export async function requireNamespace(
  api: Pick<ClusterApi, "findNamespace">,
  name: string,
  need: string,
  { namespaceMs, pollMs }: NamespacePatience,
): Promise<void> {
  const until = Date.now() + namespaceMs;
  const pause = patiently(
    `Waiting for the namespace ${name}, which is not there, or about to go …`,
  );
  for (;;) {
    const state = await namespaceState(api, name);
    if (state === "there" || state === "unknown") return;
    if (Date.now() > until) throw missing(name, need, state);
    await pause(pollMs);
  }
}

function missing(name: string, need: string, state: "leaving" | "missing"): ConnectError {
  return new ConnectError(
    "CLUSTER_NAMESPACE_MISSING",
    state === "missing"
      ? `There is no namespace ${name}, ${need}.`
      : `The namespace ${name}, ${need}, is being deleted.`,
    "If this program makes it, `pulumi up --refresh` makes it again once it is gone. Otherwise create it, or correct its name, then run `pulumi up --refresh`: what the state knows in it is gone as well.",
  );
}
