import { isOnlyHolder } from "@opconnect/core";
import { z } from "zod";
import { requireNamespace } from "../cluster/check-namespace.ts";
import { clusterSchema, connectFormer, connectSame, unlessUnreachable } from "../cluster/target.ts";
import { type DeliveryTarget, noReceipt } from "./target.ts";

export const clusterPlace = clusterSchema.extend({
  kind: z.literal("kubernetes"),
  namespace: z.string(),
  name: z.string(),
  key: z.string(),
});

/** A key of a Kubernetes Secret of its own. */
export function clusterTarget(place: z.infer<typeof clusterPlace>): DeliveryTarget {
  const { namespace, name, key } = place;
  return {
    words: {
      place: `the Secret ${namespace}/${name}`,
      freeing: `\`kubectl delete secret -n ${namespace} ${name}\``,
    },

    async look(holder, isOurs) {
      const cluster = await connectSame(place);
      const found = await cluster.findSecret(place);
      if (isOurs) await requireNamespace(cluster, namespace);
      if (found === undefined) return "nothing";
      if (!isOurs)
        return isOnlyHolder("object", found.annotations, holder) ? "nothing" : "another's";
      const isKept = found.keptKeys.includes(key);
      return { receipt: isKept ? (found.annotations[versionKey] ?? noReceipt) : noReceipt };
    },

    async deliver({ value, version, holder, before }) {
      const cluster = await connectSame(place);
      // No fingerprint: that of a password that is a word tells the password.
      const annotations = { [versionKey]: version };
      const hold = { holder, claim: before?.claim };
      const { claim } = await cluster.applySecret({
        namespace,
        name,
        key,
        value,
        annotations,
        hold,
      });
      return { id: `${namespace}/${name}`, receipt: version, claim };
    },

    async remove(state) {
      let others: readonly string[] | undefined;
      await unlessUnreachable(async () => {
        const fate = await (await connectFormer(place)).deleteSecret(place, state);
        others = fate.outcome === "kept" ? fate.others : undefined;
      });
      return others && { others };
    },
  };
}

/** Annotation of a Secret: which version of the secret it holds. */
const versionKey = "opconnect/version";
