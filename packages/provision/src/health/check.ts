import { itemFacts } from "../cluster/inspection/item.ts";
import type { OpCli } from "../op/op-cli.ts";
import { type Finding, runCheck } from "../preflight/result.ts";
import { judgeAccessPolicy } from "./access-policy.ts";
import { judgeCertificate } from "./certificate.ts";
import { judgeConnect } from "./connect.ts";
import { definitionName, judgeDefinition } from "./definition.ts";
import { judgeDeployment } from "./deployment.ts";
import { judgeItem, wasLost } from "./item.ts";
import { judgeNetworkPolicy } from "./network-policy.ts";
import { checkOperatorRights } from "./operator-rights.ts";
import { judgeSecret } from "./secret.ts";
import { askForVaults } from "./source/connect.ts";
import { openSurvey, type Survey } from "./survey.ts";
import type { HealthCheck, HealthResult, WantedHealth, WantedItem } from "./wanted.ts";

export { settledAnswer } from "./source/settled-answer.ts";
export type { HealthResult, WantedHealth } from "./wanted.ts";

/** What is asked besides the cluster. */
export interface HealthSystems {
  /**
   * Asked first what 1Password has.
   * @default - Connect alone is asked, through the cluster
   */
  readonly op?: OpCli | undefined;
  /**
   * Time that ages are measured at.
   * @default - now
   */
  readonly now?: Date | undefined;
}

/**
 * Looks whether an environment does in its cluster what it is there for: are its own Secrets what was
 * put into them, do Connect and the operator run with them, does Connect serve what it was given, may
 * the operator do what it has to, do the policies around it stand, and is the Secret of each item what
 * 1Password has? Lists each
 * namespace and each vault once. Changes nothing, reads no value of an item, and does not throw for
 * what it finds: what the user may not look at is skipped.
 * @throws `CLUSTER_CONFIG_INVALID` if the kubeconfig cannot be used.
 */
export async function checkHealth(
  wanted: WantedHealth,
  { op, now = new Date() }: HealthSystems,
): Promise<readonly HealthResult[]> {
  const survey = await openSurvey(wanted, op);
  const secrets = wanted.secrets.map((secret) =>
    look("cluster-secret", secret.name, async () =>
      judgeSecret(secret, await survey.readSecret(secret)),
    ),
  );
  const deployments = wanted.deployments.map((deployment) =>
    look("deployment", deployment.name, async () => {
      const { namespace, name } = deployment;
      const [listed, pods] = await Promise.all([
        survey.listDeployments(namespace),
        survey.listPods(namespace),
      ]);
      const found = listed.find((each) => each.name === name);
      const beside = wanted.secrets.filter(
        (secret) => secret.isOfDeployment && secret.namespace === namespace,
      );
      const served = wanted.certificates.filter((each) => each.namespace === namespace);
      const fingerprints = [...beside, ...served].map(({ fingerprint }) => fingerprint);
      return judgeDeployment(deployment, { deployment: found, pods, fingerprints, now });
    }),
  );
  const certificates = wanted.certificates.map((certificate) =>
    look("certificate", certificate.name, async () => {
      const { namespace, name } = certificate;
      return judgeCertificate(certificate, await survey.readCertificate(namespace, name), now);
    }),
  );
  const connects = survey.homes
    .filter((home) => !wanted.withoutConnect.includes(home))
    .map((home) => look("connect", home, () => checkConnect(home, wanted, survey)));
  const definitions = wanted.items.length === 0 ? [] : [checkDefinition(survey)];
  const rights = survey.homes.map((home) =>
    look("operator-rights", home, async () => {
      const operator = await survey.operatorIn(home);
      if (operator === undefined) return notLookedAt("There is no operator.");
      return checkOperatorRights(operator, survey);
    }),
  );
  const policies = wanted.networkPolicies.map((policy) =>
    look("network-policy", `${policy.namespace}/${policy.name}`, async () =>
      judgeNetworkPolicy(policy, await survey.readNetworkPolicy(policy.namespace, policy.name)),
    ),
  );
  const guards = wanted.accessPolicies.map((guard) =>
    look("access-policy", guard.name, async () => {
      const [policy, binding] = await Promise.all([
        survey.readAdmission("ValidatingAdmissionPolicy", guard.name),
        survey.readAdmission("ValidatingAdmissionPolicyBinding", guard.name),
      ]);
      return judgeAccessPolicy(guard, { policy, binding });
    }),
  );
  const items = wanted.items.map((item) =>
    look("item", `${item.namespace}/${item.name}`, async () =>
      judgeItem(await seeItem(item, survey, now)),
    ),
  );
  return Promise.all([
    ...secrets,
    ...deployments,
    ...certificates,
    ...connects,
    ...definitions,
    ...rights,
    ...policies,
    ...guards,
    ...items,
  ]);
}

/** Runs one check. What the user may not look at says nothing of what is there. */
async function look(
  check: HealthCheck,
  subject: string | undefined,
  work: () => Promise<Finding>,
): Promise<HealthResult> {
  const result = await runCheck({ check, ...(subject !== undefined && { subject }) }, work);
  return result.code === "CLUSTER_ACCESS_DENIED" ? { ...result, status: "skipped" } : result;
}

function checkDefinition(survey: Survey): Promise<HealthResult> {
  return look("definition", undefined, async () =>
    judgeDefinition(await survey.readDefinition(definitionName)),
  );
}

async function checkConnect(home: string, wanted: WantedHealth, survey: Survey): Promise<Finding> {
  const pods = await survey.connectOf(home);
  if (typeof pods === "string") return notLookedAt(pods);
  const token = (await survey.operatorIn(home))?.token;
  const granted = wanted.secrets.find(
    ({ namespace, name }) => namespace === home && name === token?.name,
  )?.vaults;
  if (granted === undefined) {
    return notLookedAt("The stack does not say which vaults the operator's token was given.");
  }
  const answers = pods.map(async (pod) => ({ pod: pod.name, vaults: await askForVaults(pod) }));
  return judgeConnect(granted, await Promise.all(answers));
}

async function seeItem({ namespace, name, keys }: WantedItem, survey: Survey, now: Date) {
  const [items, operator] = await Promise.all([
    survey.readItems(namespace),
    survey.operatorOf(namespace),
  ]);
  const found = items.get(name);
  const item = found?.object && itemFacts(found.object);
  const secret = found?.secret;
  const content = await survey.lookInto(item?.itemPath.split("/")[1] ?? "", operator);
  const seen = { namespace, name, keys, item, secret, operator, content, now };
  return { ...seen, everything: wasLost(seen) ? await survey.everything(operator) : [] };
}

function notLookedAt(because: string): Finding {
  return { status: "skipped", happened: `Not looked at. ${because}` };
}
