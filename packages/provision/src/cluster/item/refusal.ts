import { ConnectError } from "@opconnect/core";
import type { ClusterSecretName } from "../api.ts";
import type { ItemJudgement } from "./observe.ts";

/**
 * Why an item of this name cannot be ours; `undefined` if it can. What others made can be taken over
 * on purpose, opconnect's own credentials cannot.
 */
export function refusalOf(
  { item, secret }: ItemJudgement,
  { namespace, name, adopt }: ClusterSecretName & { readonly adopt: boolean },
): ConnectError | undefined {
  const place = `${name} in the namespace ${namespace}`;
  if (secret === "credentials") {
    return new ConnectError(
      "CLUSTER_SECRET_FOREIGN",
      `The Secret ${place} holds credentials of opconnect, which the operator would overwrite.`,
      "Give the item another name.",
    );
  }
  if (adopt) return undefined;
  if (item === "foreign") {
    return new ConnectError(
      "CLUSTER_OBJECT_FOREIGN",
      `There is a OnePasswordItem ${place} already that this stack did not make.`,
      "Give ours another name, delete that one if nothing needs it, or take it over with `adopt: true`: then it stays when ours goes.",
    );
  }
  if (secret !== "foreign") return undefined;
  return new ConnectError(
    "CLUSTER_SECRET_FOREIGN",
    `There is a Secret ${place} already that is no item's of this stack: the operator would overwrite it, and delete it when the item goes.`,
    "Give the item another name, delete the Secret if nothing needs it, or take it over with `adopt: true`: then it stays when the item goes.",
  );
}
