import { itemFacts } from "../cluster/inspection/item.ts";
import type { OpCli } from "../op/op-cli.ts";
import { runCheck } from "../preflight/result.ts";
import { judgeDeployment } from "./deployment.ts";
import { judgeItem, wasLost } from "./item.ts";
import { judgeSecret } from "./secret.ts";
import { openSurvey, type Survey } from "./survey.ts";
import type { HealthResult, WantedHealth, WantedObject } from "./wanted.ts";

export { settledAnswer } from "./settled-answer.ts";
export type { HealthResult } from "./wanted.ts";

/** What is asked besides the cluster. */
export interface HealthSystems {
  readonly op: OpCli;
  /**
   * Time that ages are measured at.
   * @default - now
   */
  readonly now?: Date | undefined;
}

/**
 * Looks whether an environment does in its cluster what it is there for: are its own Secrets what was
 * put into them, do Connect and the operator run with them, and is the Secret of each item what
 * 1Password has? Lists each namespace and each vault once. Changes nothing, reads no value of an
 * item, and does not throw for what it finds.
 * @throws `CLUSTER_CONFIG_INVALID` if the kubeconfig cannot be used.
 */
export async function checkHealth(
  wanted: WantedHealth,
  { op, now = new Date() }: HealthSystems,
): Promise<readonly HealthResult[]> {
  const survey = await openSurvey(wanted, op);
  const secrets = wanted.secrets.map((secret) =>
    runCheck({ check: "cluster-secret" as const, subject: secret.name }, async () =>
      judgeSecret(secret, await survey.readSecret(secret)),
    ),
  );
  const deployments = wanted.deployments.map((deployment) =>
    runCheck({ check: "deployment" as const, subject: deployment.name }, async () => {
      const { namespace, name } = deployment;
      const [listed, pods] = await Promise.all([
        survey.listDeployments(namespace),
        survey.listPods(namespace),
      ]);
      const found = listed.find((each) => each.name === name);
      const beside = wanted.secrets.filter((secret) => secret.namespace === namespace);
      const fingerprints = beside.map(({ fingerprint }) => fingerprint);
      return judgeDeployment(deployment, { deployment: found, pods, fingerprints, now });
    }),
  );
  const items = wanted.items.map((item) =>
    runCheck({ check: "item" as const, subject: `${item.namespace}/${item.name}` }, async () =>
      judgeItem(await seeItem(item, survey, now)),
    ),
  );
  return Promise.all([...secrets, ...deployments, ...items]);
}

async function seeItem({ namespace, name }: WantedObject, survey: Survey, now: Date) {
  const [items, operator] = await Promise.all([
    survey.readItems(namespace),
    survey.operatorOf(namespace),
  ]);
  const found = items.get(name);
  const item = found?.object && itemFacts(found.object);
  const secret = found?.secret?.annotations;
  const content = await survey.lookInto(item?.itemPath.split("/")[1] ?? "");
  const seen = { namespace, name, item, secret, operator, content, now };
  return { ...seen, everything: wasLost(seen) ? await survey.everything() : [] };
}
