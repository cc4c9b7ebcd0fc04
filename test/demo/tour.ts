import { readCallLog } from "@opconnect/sandbox";
import { editItem, typeItem } from "../harness/act/item.ts";
import { activeMinted, listedVaults } from "../harness/look/account.ts";
import { changes, type EngineEvent } from "../harness/look/engine-events.ts";
import { waitForSecret } from "../harness/look/secret-arrival.ts";
import type { RigAccess } from "../harness/rig-access.ts";
import { check, heading, say } from "./narrate.ts";
import { runPulumi } from "./run-pulumi.ts";

const secret = { namespace: "app", name: "postgres" };

/** Types that a preview of an environment has to show; `Deployment` twice. */
const expectedTypes = [
  "pulumi-nodejs:dynamic/opconnect:Vault",
  "pulumi-nodejs:dynamic/opconnect:ConnectServer",
  "pulumi-nodejs:dynamic/opconnect:ConnectToken",
  "pulumi-nodejs:dynamic/opconnect:ClusterSecret",
  "pulumi-nodejs:dynamic/opconnect:CredentialSecret",
  "pulumi-nodejs:dynamic/opconnect:OnePasswordItem",
  "pulumi-nodejs:dynamic/opconnect:OperatorScope",
  "pulumi-nodejs:dynamic/opconnect:OperatorSync",
  "pulumi-nodejs:dynamic/opconnect:OperatorWatch",
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy",
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding",
  "kubernetes:core/v1:Namespace",
  "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinitionPatch",
  "kubernetes:apps/v1:Deployment",
  "kubernetes:core/v1:Service",
  "kubernetes:core/v1:ServiceAccount",
  "kubernetes:rbac.authorization.k8s.io/v1:Role",
  "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
] as const;

/** From the first preview to an edited item that arrived, and an `up` that changes nothing. */
export async function tour(rig: RigAccess, interrupted: AbortSignal): Promise<void> {
  const account = rig.env.OPCONNECT_SANDBOX_HOME ?? "";
  // Of a rig that was joined, others may have called before.
  const before = (await readCallLog(account)).length;
  const opCalls = async () => (await readCallLog(account)).length - before;

  heading("Preview: every object of the environment, and op was not called");
  await runPulumi(rig, "stack", "init", "acme-prod");
  const planned = await runPulumi(rig, "preview");
  const missing = expectedTypes.filter((type) => countOf(planned, type) === 0);
  check(
    "the preview shows every kind of object, the chart's own included",
    missing.length === 0,
    missing.join(", "),
  );
  const deployments = countOf(planned, "kubernetes:apps/v1:Deployment");
  check("the chart's two Deployments are in the preview", deployments === 2, `${deployments}`);
  check("preview has not called op", (await opCalls()) === 0, `${await opCalls()} calls`);

  heading("Up: vaults, Connect server, token, credentials, chart, operator");
  await runPulumi(rig, "up", "--yes");
  const minted = await activeMinted(rig, "acme");
  check(
    "1Password has one Connect server, with one Connect token",
    minted.servers === 1 && minted.tokens === 1,
  );

  heading("An item typed into 1Password becomes a Secret");
  const vaults = await listedVaults(rig);
  const vaultId = vaults.get("acme-prod-app") ?? "";
  say(`$ ${await typeItem(rig, "postgres", vaultId)}`);
  const arrived = await waitForSecret(rig, secret, { interrupted });
  say(
    `Secret app/postgres arrived after ${arrived.seconds.toFixed(1)} s, with the keys ${arrived.keys.join(", ")}.`,
  );
  check(
    "the Secret has the item's fields",
    ["hostname", "password", "username"].every((key) => arrived.keys.includes(key)),
  );
  say(`$ ${await editItem(rig, "postgres", vaultId)}`);
  const edited = await waitForSecret(rig, secret, { before: arrived, interrupted });
  check(`the edit arrived, after ${edited.seconds.toFixed(1)} s`, true);

  heading("Up again: nothing to do");
  const soFar = await opCalls();
  const again = await runPulumi(rig, "up", "--yes");
  const { same = 0, ...others } = changes(again);
  check("nothing changes", same > 0 && Object.keys(others).length === 0, JSON.stringify(others));
  check("op was not called", (await opCalls()) === soFar);
}

/** Takes the environment down, and checks what is left. */
export async function tearDown(rig: RigAccess): Promise<void> {
  heading("Destroy: Connect server and token go, vaults stay");
  await runPulumi(rig, "destroy", "--yes");
  const minted = await activeMinted(rig, "acme");
  check("the Connect server and its token are gone", minted.servers === 0 && minted.tokens === 0);
  const kept = [...(await listedVaults(rig)).keys()].filter((title) =>
    title.startsWith("acme-prod-"),
  );
  check(`the vaults are kept: ${kept.join(", ")}`, kept.length === 2);
  await runPulumi(rig, "stack", "rm", "acme-prod", "--yes", "--preserve-config");
}

function countOf(events: readonly EngineEvent[], type: string): number {
  return events.filter(({ resourcePreEvent }) => resourcePreEvent?.metadata.type === type).length;
}
