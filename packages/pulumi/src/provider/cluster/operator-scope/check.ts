import { isConnectError } from "@opconnect/core/connect-error";
import type { ClusterConnection } from "@opconnect/provision/cluster";
import type { Check } from "../../crud.ts";
import { hasUnknown, type Properties } from "../../property-diff.ts";
import { sayOnce } from "../../warn-once.ts";
import { requireNamespace } from "../check-namespace.ts";
import { connectSame, isOutOfSight } from "../target.ts";
import { inputsSchema, type ScopeInputs } from "./inputs.ts";
import { remadeKey } from "./remade-key.ts";

/** Looks at preview already whether the cluster has what state says, or something foreign. */
export const check: Check = async (olds, news) => {
  const unseen = { inputs: { ...news, unavailable: [], remade: remadeBefore(olds, news) } };
  if (hasUnknown(news)) return unseen;
  try {
    const inputs = inputsSchema.parse(news);
    const known = inputsSchema.safeParse(olds);
    const cluster = await connectSame(inputs);
    const unavailable = await unavailableOf(cluster, inputs);
    if (!known.success) return { inputs: { ...unseen.inputs, unavailable } };
    await requireNamespace(cluster, known.data.namespace);
    const scope = cluster.operatorScope(inputs);
    const { drift, lost, forbidden } = await scope.observe(known.data, inputs);
    for (const name of forbidden) if (!unavailable.includes(name)) sayOnce(withoutRight(name));
    const remade = { ...unseen.inputs.remade };
    for (const { kind, namespace, name } of lost) {
      const isLeft = namespace !== inputs.namespace && !inputs.namespaces.includes(namespace);
      if (isLeft || unavailable.includes(namespace)) continue;
      sayOnce(missing(kind, namespace, name));
      const key = remadeKey(kind, namespace, name);
      remade[key] = (remade[key] ?? 0) + 1;
    }
    remembered.set(news.holder, remade);
    return { inputs: { ...news, unavailable, remade, ...(drift.length > 0 && { drift }) } };
  } catch (error) {
    if (!isConnectError(error)) throw error;
    // An identity that only previews may know no more: what it cannot see is taken to be as it was.
    if (error.code === "CLUSTER_ACCESS_DENIED" || isOutOfSight(error)) return unseen;
    return { inputs: unseen.inputs, failures: [{ property: "name", reason: error.message }] };
  }
};

/** What is made anew, by the holders: the engine does not tell the next generation of one. */
const remembered = new Map<unknown, ScopeInputs["remade"]>();

function remadeBefore(olds: Properties, { holder }: Properties): ScopeInputs["remade"] {
  const isNew = Object.keys(olds).length === 0;
  const before = isNew ? remembered.get(holder) : olds.remade;
  return inputsSchema.shape.remade.parse(before ?? undefined);
}

/** Those that are not there yet, and that nothing watches, may be made by the same program. */
async function unavailableOf(
  cluster: ClusterConnection,
  inputs: ScopeInputs,
): Promise<readonly string[]> {
  const { watched = [] } = await cluster.operatorScope(inputs).read();
  const states = await Promise.all(inputs.namespaces.map(cluster.namespaceState));
  return inputs.namespaces.filter((name, index) => {
    const isLeaving = states[index] === "leaving";
    const isGone = states[index] === "missing" && watched.includes(name);
    if (isLeaving) sayOnce(leaving(name));
    if (isGone) sayOnce(gone(name));
    return isLeaving || isGone;
  });
}

function leaving(name: string): string {
  return `The namespace ${name}, which the operator is to watch, is being deleted. An update lets go of the OnePasswordItems that hold it, and stops there (CLUSTER_NAMESPACE_MISSING).`;
}

function gone(name: string): string {
  return `The namespace ${name}, which the operator watches, is gone. Unless this program makes it, an update stops there (CLUSTER_NAMESPACE_MISSING); \`pulumi up --refresh\` makes it again if the state has it.`;
}

function missing(kind: string, namespace: string, name: string): string {
  return `The operator's ${kind} ${name} is not in the namespace ${namespace}, and has to be made: without it, items do not become Secrets.`;
}

function withoutRight(name: string): string {
  return `The operator may not look into the namespace ${name}. If its Role or its RoleBinding there was changed or deleted, \`pulumi up --refresh\` puts it right; until then no item there becomes a Secret.`;
}
