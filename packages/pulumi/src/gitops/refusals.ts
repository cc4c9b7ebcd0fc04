import { isRecord } from "@opconnect/core/json";
import { storeKindOf, storeKinds } from "@opconnect/provision/store-kinds";
import type * as z from "zod/mini";
import type { FieldPath } from "../input/field-path.ts";
import { refuse } from "../input/schema.ts";

/** What is looked at of an environment's arguments. */
interface HandedOverArgs {
  readonly gitOps?: unknown;
  readonly cluster?: unknown;
  readonly store?: unknown;
  readonly chart?: { readonly path?: string | undefined } | undefined;
  readonly tls?: unknown;
  readonly operator?: { readonly autoRestartIn?: unknown } | undefined;
  readonly items?: Readonly<Record<string, object>> | undefined;
  readonly values?: Readonly<Record<string, unknown>> | undefined;
}

/** Refuses, where manifests are written, what only Pulumi could do in the cluster. */
export function refuseClusterWork(args: HandedOverArgs, context: z.core.$RefinementCtx): void {
  if (args.gitOps === undefined) return;
  const says = " is nothing that manifests can say";
  const refuseAt = (path: FieldPath, remedy: string) =>
    refuse(context, { says, remedy, also: ["gitOps"] }, path);
  if (args.cluster !== undefined) {
    refuseAt(["cluster"], "Leave it out: the tool of `gitOps` knows its cluster.");
  }
  // Of the kinds, the first alone is one that External Secrets Operator reads.
  if (isRecord(args.store) && storeKindOf(args.store) !== storeKinds[0]) {
    refuseAt(
      ["store", "kind"],
      "Use AWS Secrets Manager, from where the cluster gets the credentials.",
    );
  }
  const { path } = args.chart ?? {};
  if (path !== undefined && !/^oci:\/\/[^/]+\/./.test(path)) {
    refuseAt(["chart", "path"], "Pass the `oci://` address of a mirror: the cluster has no other.");
  }
  if (args.operator?.autoRestartIn !== undefined) {
    const remedy =
      "Annotate the namespaces where they are written: `operator.1password.io/auto-restart`.";
    refuseAt(["operator", "autoRestartIn"], remedy);
  }
  if (args.tls !== undefined && args.tls !== false) {
    const remedy = "Leave it out, and set `connect.tls` and `operator.tls` of `values`.";
    refuseAt(["tls"], remedy);
  }
  for (const [key, item] of Object.entries(args.items ?? {})) {
    for (const field of ["keys", "adopt"] as const) {
      if (!(field in item) || Reflect.get(item, field) === undefined) continue;
      const remedies = {
        keys: "Leave it out: no update waits for the cluster.",
        adopt: "Leave it out, and annotate the Secret yourself: `operator.1password.io/item-path`.",
      };
      refuseAt(["items", key, field], remedies[field]);
    }
  }
}
