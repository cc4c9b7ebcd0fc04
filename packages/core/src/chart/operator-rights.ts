import greaterThan from "semver/functions/gt.js";
import parseVersion from "semver/functions/parse.js";

/** A rule of a Kubernetes role. */
export interface RoleRule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly verbs: Verb[];
}

type Verb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete";

/** What an operator watches: namespaces that are listed, or those of the whole cluster. */
export type Watched = "list" | "all";

/** A rule, and which operators need it: those of a version on, those that watch one or the other. */
interface NeededRule extends RoleRule {
  readonly since?: string;
  readonly watching?: Watched;
}

/**
 * What the operator asks the API server for, in each namespace that it watches; it reads from what it
 * has listed and watches. Whether Deployments are restarted makes no difference: it looks at all of
 * them for its annotations, and writes its finalizer. With `MANAGE_CONNECT`, which the chart never
 * sets, it would need more. The chart's own ClusterRole adds pods, services, ConfigMaps and others.
 * @see https://github.com/1Password/onepassword-operator/tree/v1.8.1/internal/controller and the same
 * at v1.9.0, v1.9.1, v1.10.1, v1.11.0 and v1.12.0, `pkg/onepassword/secret_update_handler.go` there
 */
const neededRules: readonly NeededRule[] = [
  rule("onepassword.com", ["onepassworditems"], ["list", "watch", "update"]),
  rule("onepassword.com", ["onepassworditems/status"], ["update"]),
  rule("", ["secrets"], ["list", "watch", "create", "update", "delete"]),
  rule("apps", ["deployments"], ["list", "watch", "update"]),
  // Of a Deployment whose item it cannot read.
  { ...rule("", ["events"], ["create", "patch"]), since: "1.10.1" },
  // Whether the Deployments of a namespace are restarted: once any Secret has changed, it asks.
  { ...rule("", ["namespaces"], ["get"]), since: "1.11.0", watching: "list" },
  { ...rule("", ["namespaces"], ["list", "watch"]), watching: "all" },
];

/**
 * Rules of the role that an operator needs: in each namespace that is listed, or in the whole cluster.
 * @param operatorVersion Its version, e.g. `"1.12.0"`. One that is not known, or no version, is taken
 * for the newest.
 */
export function operatorRights(
  operatorVersion: string | undefined,
  watched: Watched,
): readonly RoleRule[] {
  return neededRules
    .filter(({ watching = watched }) => watching === watched)
    .filter(({ since }) => since === undefined || !isBefore(operatorVersion, since))
    .map(({ apiGroups, resources, verbs }) => ({ apiGroups, resources, verbs }));
}

/**
 * What an operator before 1.11 needs in the whole cluster, even where it watches a list: as soon as a
 * Secret has changed it asks for all namespaces, and waits until it may. None for a newer one.
 * @param operatorVersion As of {@link operatorRights}.
 * @see https://github.com/1Password/onepassword-operator/blob/v1.10.1/pkg/onepassword/secret_update_handler.go
 */
export function clusterRightsOfList(operatorVersion: string | undefined): readonly RoleRule[] {
  return isBefore(operatorVersion, "1.11.0") ? [rule("", ["namespaces"], ["list", "watch"])] : [];
}

function isBefore(version: string | undefined, other: string): boolean {
  const known = parseVersion(version);
  return known !== null && greaterThan(other, known);
}

function rule(apiGroup: string, resources: string[], verbs: Verb[]): RoleRule {
  return { apiGroups: [apiGroup], resources, verbs };
}
