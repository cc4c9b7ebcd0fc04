import { patiently } from "../../process/patient.ts";
import type { OperatorScopePlace, ScopeApi } from "./config-map.ts";

/**
 * Of lists of namespaces, what an operator may look at: one that watches another gets no further than
 * its start. All of it where there is no operator yet, or the user may not ask.
 * @param lists One without any stands for all there are.
 * @param patienceMs How long is waited for a right that has just been given, in milliseconds.
 */
export async function permitted(
  api: Pick<ScopeApi, "isAllowedTo" | "readDeployment">,
  place: OperatorScopePlace,
  lists: readonly (readonly string[])[],
  patienceMs = 0,
): Promise<readonly (readonly string[])[]> {
  const deployment = await api.readDeployment({ ...place, name: place.deployment });
  if (deployment === undefined) return lists;
  const { serviceAccountName = "default" } = deployment.spec?.template.spec ?? {};
  const account = { namespace: place.namespace, name: serviceAccountName };
  const until = Date.now() + patienceMs;
  const pause = patiently("Waiting for the operator's new rights to take effect …");
  const mayLook = async (namespace?: string): Promise<boolean> => {
    if ((await api.isAllowedTo(account, { ...listing, namespace })) !== false) return true;
    if (Date.now() >= until) return false;
    await pause(pollMs);
    return mayLook(namespace);
  };
  const open = lists.map(async (namespaces) => {
    if (namespaces.length === 0) return (await mayLook()) ? [namespaces] : [];
    const answers = await Promise.all(namespaces.map(mayLook));
    const left = namespaces.filter((_, index) => answers[index]);
    return left.length === 0 ? [] : [left];
  });
  return (await Promise.all(open)).flat();
}

const listing = { verb: "list", group: "onepassword.com", resource: "onepassworditems" } as const;

const pollMs = 200;
