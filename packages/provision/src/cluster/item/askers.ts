import type { ClusterApi } from "../api.ts";
import type { V1ObjectMeta } from "../kubernetes-client.ts";
import { marks, operatorNotes, parseItem } from "./object.ts";

/** An object by which the operator makes Secrets of items. */
export interface ItemAsker {
  readonly kind: "OnePasswordItem" | "Deployment";
  readonly namespace: string;
  readonly name: string;
  /** Project and stack whose it is, if it is one's of ours. */
  readonly stack?: string | undefined;
  readonly asks: readonly AskedItem[];
}

/** What it names; a Deployment may leave out either. */
export interface AskedItem {
  readonly itemPath?: string | undefined;
  /** Name of the Secret. */
  readonly secretName?: string | undefined;
  /** Type of the Secret. */
  readonly type: string;
}

type AskersApi = Pick<ClusterApi, "listItems" | "listDeployments">;

/** The `OnePasswordItem`s of a namespace, or of all, but for those that are about to go. */
export async function listItemAskers(
  api: AskersApi,
  namespace?: string,
): Promise<readonly ItemAsker[]> {
  const items = (await api.listItems(namespace)).map(parseItem);
  return items.flatMap(({ metadata, spec: { itemPath }, type }): readonly ItemAsker[] => {
    const { namespace, name, annotations, deletionTimestamp } = metadata;
    if (deletionTimestamp !== undefined) return [];
    const asks = [{ itemPath, secretName: name, type }];
    return [{ kind: "OnePasswordItem", namespace, name, stack: annotations[marks.stack], asks }];
  });
}

/**
 * The Deployments of a namespace, or of all, with annotations for the operator: on themselves or on
 * their pods, of which it takes the former if there are any.
 */
export async function listDeploymentAskers(
  api: AskersApi,
  namespace?: string,
): Promise<readonly ItemAsker[]> {
  return (await api.listDeployments(namespace)).flatMap(({ metadata, spec }) => {
    const asks = [metadata, spec?.template.metadata].flatMap(asksOf);
    if (asks.length === 0) return [];
    const { namespace = "", name = "" } = metadata ?? {};
    return [{ kind: "Deployment" as const, namespace, name, asks }];
  });
}

function asksOf(metadata: V1ObjectMeta | undefined): readonly AskedItem[] {
  const { [operatorNotes.path]: itemPath, [operatorNotes.name]: secretName } =
    metadata?.annotations ?? {};
  if (itemPath === undefined && secretName === undefined) return [];
  return [{ itemPath, secretName, type: "Opaque" }];
}
