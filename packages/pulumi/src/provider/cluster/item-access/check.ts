import { ConnectError, isConnectError } from "@opconnect/core";
import type { ClusterConnection } from "@opconnect/provision/cluster";
import { z } from "zod";
import type { Check } from "../../crud.ts";
import { diffProperties, hasUnknown } from "../../property-diff.ts";
import { sayOnce } from "../../warn-once.ts";
import { clusterSchema, connectSame, isOutOfSight } from "../target.ts";
import { isAllowed, ruleSchema } from "./allowed.ts";

const inputsSchema = clusterSchema.extend({
  namespaces: z.union([z.literal("all"), z.array(z.string())]),
  rules: z.array(ruleSchema),
  stack: z.string(),
});

/**
 * Says what there is already that the rules would deny, by its names. Nothing is held up where the
 * cluster cannot be asked, but where it has no such policies.
 */
export const check: Check = async (olds, news) => {
  const { rules: _, ...place } = news;
  if (hasUnknown(place)) return { inputs: news };
  try {
    const inputs = inputsSchema.parse(news);
    const cluster = await connectSame(inputs);
    await requirePolicies(cluster);
    const { changes } = diffProperties(olds, news, { updates: ["namespaces", "rules"] });
    if (changes) await sayForbidden(cluster);
    await sayDenied(cluster, inputs);
  } catch (error) {
    if (!isConnectError(error)) throw error;
    if (isOutOfSight(error)) return { inputs: news };
    if (error.code === "CLUSTER_POLICY_UNSUPPORTED") {
      return { inputs: news, failures: [{ property: "", reason: error.message }] };
    }
    const unasked = "The cluster could not be asked what the rules of item access would deny.";
    sayOnce(`${unasked} ${error.message}`, unasked);
  }
  return { inputs: news };
};

/** @throws `CLUSTER_POLICY_UNSUPPORTED`. */
export async function requirePolicies(
  cluster: Pick<ClusterConnection, "servesAdmissionPolicies">,
): Promise<void> {
  if (await cluster.servesAdmissionPolicies()) return;
  throw new ConnectError(
    "CLUSTER_POLICY_UNSUPPORTED",
    "The cluster has no ValidatingAdmissionPolicies, which say what namespaces may have which items.",
    "Upgrade it to Kubernetes 1.30 or newer. Or pass `itemAccess: false`, or leave the ItemAccessPolicy out: then whoever may make items where the operator watches gets all that its token reads.",
  );
}

/** An identity that only previews needs no right to write: so it is a remark. */
async function sayForbidden(cluster: ClusterConnection): Promise<void> {
  const forbidden = await cluster.listForbiddenPolicies();
  if (forbidden.length === 0) return;
  const kinds = forbidden.map(({ resource, group }) => `${resource}.${group}`).join(" and ");
  sayOnce(
    `The user of the kubeconfig may not make ${kinds}, with which an update would stop. Allow them to the user who deploys, or pass \`itemAccess: false\`: then nothing keeps items to their namespaces.`,
  );
}

async function sayDenied(
  cluster: ClusterConnection,
  { namespaces, rules, stack }: z.infer<typeof inputsSchema>,
): Promise<void> {
  const { askers, missed } = await cluster.listAskers(namespaces === "all" ? [] : namespaces);
  const denied = askers.filter(
    // What the stack has made, it changes and deletes itself.
    (asker) =>
      asker.stack !== stack &&
      !asker.asks.every((asked) => isAllowed(rules, { ...asked, namespace: asker.namespace })),
  );
  const names = denied.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`).sort();
  if (names.length > 0) {
    const more = names.length > shown ? `, and ${names.length - shown} more` : "";
    sayOnce(
      `No rule of item access allows what is there already: ${names.slice(0, shown).join(", ")}${more}. It stays, and is denied once what it asks for is changed, or it is made anew. Allow it by \`itemAccess.rules\`, or a rule of the ItemAccessPolicy; see docs/item-access.md.`,
    );
  }
  if (missed.length > 0) {
    sayOnce(
      `Not looked at, for want of the right to list them, was whether rules of item access would deny ${missed.sort().join(", ")}.`,
    );
  }
}

const shown = 20;
