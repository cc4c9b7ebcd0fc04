import { ConnectError, type ConnectErrorCode, isConnectError, unlessCode } from "@opconnect/core";
import {
  type ClusterConnection,
  connectCluster,
  lacksKubeconfig,
} from "@opconnect/provision/cluster";
import { z } from "zod";
import type { Check, Work } from "../crud.ts";
import { hasUnknown, type Properties } from "../property-diff.ts";
import { noteSight } from "../sight.ts";
import { sayOnce } from "../warn-once.ts";
import { checkNamespace, type NamespaceOwner, takesOver } from "./check-namespace.ts";
import { refuseMoved } from "./refuse-moved.ts";

/**
 * Asks the cluster already here, so that its uid is known at preview. A preview, which alone passes a
 * `sightNote`, is not held up where that cannot be: an update stops there before anything else.
 */
export const check: Check = async (olds, { sightNote, ...news }) => {
  const isPreview = sightNote !== undefined;
  if (hasUnknown(news.kubeconfig) || hasUnknown(news.context)) {
    noteSight(sightNote, { isToBeMade: true });
    return { inputs: withKnownUid(olds, news) };
  }
  const access = accessSchema.parse(news);
  try {
    const cluster = await connectCluster(access, isPreview ? previewTimeoutMs : undefined);
    const clusterUid = await cluster.uid();
    const isKnown = typeof olds.clusterUid === "string";
    if (isKnown) requireSameCluster(String(olds.clusterUid), clusterUid);
    reached.set(clusterUid, access);
    outOfSight.delete(keyOf(access));
    const wasOurs = olds.namespaceOwner === "opconnect" && olds.namespace === news.namespace;
    const { secrets, ...place } = placeOf(news);
    await checkNamespace(cluster, { ...place, isKnown, wasOurs });
    const taken = isKnown || !takesOver() ? [] : secrets;
    for (const { name, holder } of taken) {
      const held = { namespace: String(place.namespace), name, holder };
      await unlessCode(["CLUSTER_ACCESS_DENIED"], () => refuseMoved(cluster, held));
    }
    if (isPreview) {
      const { namespace } = place;
      const names = [...secrets.map(({ name }) => name), unusedTokenName];
      const read = namespace ? names.map((name) => ({ namespace, name })) : [];
      // A cluster that does not answer this alone is no reason to look at nothing else.
      const showsSecrets = await unlessCode(["CLUSTER_ACCESS_DENIED", "CLUSTER_FAILED"], () =>
        cluster.mayReadSecrets(read),
      );
      noteSight(sightNote, { showsSecrets });
    }
    return { inputs: { ...news, clusterUid } };
  } catch (error) {
    if (!isConnectError(error)) throw error;
    outOfSight.delete(keyOf(access));
    if (isPreview && hides(error, access)) {
      outOfSight.set(keyOf(access), error);
      const { happened, remedy, code } = error;
      noteSight(sightNote, { hidden: { happened, remedy, code } });
      return { inputs: withKnownUid(olds, news) };
    }
    return { inputs: news, failures: [{ property: "", reason: error.message }] };
  }
};

/** One look is all that a preview waits for. */
const previewTimeoutMs = 5_000;

/** The chart's default name for a token that is not used here: its notes look it up all the same. */
const unusedTokenName = "onepassword-service-account-token";

/** What the state knows goes on, so that nothing shows as replaced. */
function withKnownUid({ clusterUid }: Properties, news: Properties): Properties {
  return typeof clusterUid === "string" ? { ...news, clusterUid } : news;
}

/** Whether an error says that a cluster cannot be asked from here, and not that a kubeconfig is wrong. */
function hides({ code }: ConnectError, access: ClusterAccess): boolean {
  return code === "CLUSTER_CONFIG_INVALID" ? lacksKubeconfig(access) : hiding.has(code);
}

const hiding: ReadonlySet<ConnectErrorCode> = new Set<ConnectErrorCode>([
  "CLUSTER_ACCESS_DENIED",
  "CLUSTER_FAILED",
  "CLUSTER_UNREACHABLE",
]);

/** What this preview cannot ask, and why: it tries, and says so, once. */
const outOfSight = new Map<string, ConnectError>();

function keyOf({ kubeconfig, context }: ClusterAccess): string {
  return JSON.stringify([kubeconfig, context]);
}

/** Whether an error is that of a cluster of which the preview has said that it cannot be asked. */
export function isOutOfSight(error: ConnectError): boolean {
  return [...outOfSight.values()].includes(error);
}

function placeOf({ namespace, namespaceOwner, secrets }: Properties) {
  return z
    .object({
      namespace: z.string().optional(),
      owner: z.enum(["opconnect", "platform"] satisfies NamespaceOwner[]).default("opconnect"),
      secrets: z.array(z.object({ name: z.string(), holder: z.string() })).default([]),
    })
    .parse({ namespace, owner: namespaceOwner, secrets });
}

/** What a `ClusterTarget` remembers of the cluster. */
export const work: Work = {
  async create(inputs) {
    return { id: String(inputs.clusterUid), outs: { ...inputs } };
  },

  async update(_id, _olds, news) {
    return { outs: { ...news } };
  },
};

const accessSchema = z.object({
  kubeconfig: z.string().optional(),
  context: z.string().optional(),
});

type ClusterAccess = z.infer<typeof accessSchema>;

/** How to reach the cluster, and which it has to be. */
export const clusterSchema = accessSchema.extend({ clusterUid: z.string() });

/** Connects, and makes sure that it is still the cluster that the environment lives on. */
export async function connectSame({
  kubeconfig,
  context,
  clusterUid,
}: z.infer<typeof clusterSchema>): Promise<ClusterConnection> {
  const hidden = outOfSight.get(keyOf({ kubeconfig, context }));
  if (hidden !== undefined) throw hidden;
  const cluster = await connectCluster({ kubeconfig, context });
  requireSameCluster(clusterUid, await cluster.uid());
  return cluster;
}

/**
 * How this run reaches clusters, by their uids: as its program says, or where no program runs, as
 * in a `destroy`, by the first state that has led there.
 */
const reached = new Map<string, ClusterAccess>();

/**
 * Connects to the cluster of something that is to go: the way that its state knows may be out of
 * date, so that of the program comes first, and as a whole.
 */
export async function connectFormer(
  state: z.infer<typeof clusterSchema>,
): Promise<ClusterConnection> {
  const cluster = await connectNoted(state);
  const { clusterUid, ...access } = clusterSchema.parse(state);
  if (!reached.has(clusterUid)) reached.set(clusterUid, access);
  return cluster;
}

/** The same for a state that does not follow the program's kubeconfig: no other goes by it. */
export async function connectNoted(
  state: z.infer<typeof clusterSchema>,
): Promise<ClusterConnection> {
  const { clusterUid, ...access } = clusterSchema.parse(state);
  return connectSame({ ...(reached.get(clusterUid) ?? access), clusterUid });
}

/**
 * Does what has to be done in a cluster before something goes. Where that is out of reach nothing
 * may go, unless the cluster is said to be gone, as to the Kubernetes provider.
 * @see https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/#deleteunreachable_nodejs
 */
export async function unlessUnreachable(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isConnectError(error) || !outOfReach.has(error.code)) throw error;
    if (process.env.PULUMI_K8S_DELETE_UNREACHABLE === "true") {
      sayOnce(`${error.happened} It is taken for gone.`);
      return;
    }
    const remedy = `${error.remedy} If the cluster is gone for good, set PULUMI_K8S_DELETE_UNREACHABLE=true.`;
    throw new ConnectError(error.code, error.happened, remedy);
  }
}

const outOfReach: ReadonlySet<ConnectErrorCode> = new Set<ConnectErrorCode>([
  "CLUSTER_CONFIG_INVALID",
  "CLUSTER_MISMATCH",
  "CLUSTER_UNREACHABLE",
]);

/** An environment does not move by itself: its objects would be orphaned on the old cluster. */
function requireSameCluster(known: string, reached: string): void {
  if (known === reached) return;
  throw new ConnectError(
    "CLUSTER_MISMATCH",
    `The environment lives on the cluster ${known}, and the kubeconfig reaches the cluster ${reached}.`,
    "Point the kubeconfig and its context to the first one. To move the environment, destroy it there before; its vaults are kept.",
  );
}
