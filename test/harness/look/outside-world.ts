import type { RigAccess } from "../rig-access.ts";
import { accountContents } from "./account.ts";
import { clusterObjects } from "./cluster-objects.ts";
import { storedSecrets } from "./stored-secrets.ts";

/** What 1Password, the cluster and Secrets Manager hold. */
export interface OutsideWorld {
  readonly account: readonly string[];
  readonly cluster: readonly string[];
  readonly store: readonly string[];
}

/** Looks at everything a deployment can change: equal looks mean that nothing was changed. */
export async function outsideWorld(rig: RigAccess): Promise<OutsideWorld> {
  const [account, cluster, store] = await Promise.all([
    accountContents(rig),
    clusterObjects(rig),
    storedSecrets(rig),
  ]);
  return { account, cluster, store };
}
