import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  PatchStrategy,
  setHeaderOptions,
} from "@kubernetes/client-node";
import type { ConnectEnvironmentArgs } from "@opconnect/pulumi";
import { execa } from "execa";
import { afterAll, describe, expect, test } from "vitest";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { editItem, typeItem } from "../harness/act/item.ts";
import { opconnect } from "../harness/act/opconnect.ts";
import { createProject, type Project } from "../harness/act/project.ts";
import { listedVaults } from "../harness/look/account.ts";
import { ownSteps } from "../harness/look/engine-events.ts";
import { operatorFailures } from "../harness/look/operator-log.ts";
import { printedJson } from "../harness/look/printed-json.ts";
import { type ArrivedSecret, waitForSecret } from "../harness/look/secret-arrival.ts";
import { rig } from "../harness/rig-lane.ts";
import { secretTraces } from "../harness/secret-scan/secret-traces.ts";

const config = new KubeConfig();
config.loadFromFile(rig.kubeconfig);
const core = config.makeApiClient(CoreV1Api);
const apps = config.makeApiClient(AppsV1Api);
const merging = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

describe("an environment whose Connect is called by TLS", () => {
  const client = "secured";
  const namespace = `${client}-prod-1password`;
  const [served, trusted] = [`${client}-prod-connect-tls`, `${client}-prod-connect-trust`];
  let project: Project;
  let arrived: ArrivedSecret;

  afterAll(async () => {
    await project.destroy();
  });

  test("syncs its item, and its key is in one Secret and nowhere else", async () => {
    project = await createProject({ ...rig, name: client, config: withTls(true) });
    await up();
    await typeItem(rig, "postgres", await appVault());
    arrived = await waitForSecret(rig, { namespace: `${client}-app`, name: "postgres" });
    expect(await connectUrl()).toBe(`https://${client}-prod-connect:8443`);
    const { data = {}, type } = await core.readNamespacedSecret({ namespace, name: served });
    expect(type).toBe("kubernetes.io/tls");
    const key = Buffer.from(data["tls.key"] ?? "", "base64").toString();
    const [first = "", second = ""] = key.split("\n").slice(1);
    const state = await project.state();
    expect(state).toContain("BEGIN CERTIFICATE");
    expect(secretTraces([first, second]).filter((trace) => state.includes(trace))).toEqual([]);
  });

  test("a second update changes nothing, nor does one that looks at everything", async () => {
    for (const words of [[], ["--refresh"]]) {
      expect(ownSteps((await up(...words)).events)).toEqual([]);
    }
  });

  test("`verify` asks Connect as the operator does, and tells how long the certificate holds", async () => {
    expect(await verified("certificate")).toMatchObject({
      status: "ok",
      happened: expect.stringMatching(/holds until .*, for 364 days/),
    });
    expect(await verified("connect")).toMatchObject({ status: "ok" });
  });

  test("an operator that does not trust the certificate gets nothing, and the next update mends it", async () => {
    const { certificate } = await somebodysCertificate();
    const data = { "tls.crt": Buffer.from(certificate).toString("base64") };
    await core.patchNamespacedSecret({ namespace, name: trusted, body: { data } }, merging);
    const labelSelector = "app.kubernetes.io/component=operator";
    await core.deleteCollectionNamespacedPod({ namespace, labelSelector });
    const failures = async () => (await operatorFailures(rig, namespace)).join("\n");
    await expect.poll(failures, { timeout: 60_000 }).toMatch(/x509: certificate signed by unknown/);
    expect(await verified("connect")).toMatchObject({
      status: "failed",
      happened: expect.stringMatching(
        /certificate that the operator does not take \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
      ),
    });
    const { output } = await project.preview();
    expect(output).toContain(`the Secret ${namespace}/${trusted} was changed by hand`);
    await renewed();
  });

  test("a certificate near its end is renewed, said at preview, and both Deployments are rolled", async () => {
    const annotations = { "opconnect/certificate-expires": "2000-01-31T00:00:00.000Z" };
    await core.patchNamespacedSecret(
      { namespace, name: served, body: { metadata: { annotations } } },
      merging,
    );
    const { output } = await project.preview();
    expect(output).toContain("the certificate expired on 2000-01-31");
    const before = await certificatesTrusted();
    await renewed();
    const [current, former, ...others] = await certificatesTrusted();
    expect([former, others]).toEqual([before[0], []]);
    expect(current).not.toBe(former);
    expect(ownSteps((await up()).events)).toEqual([]);
  });

  function withTls(tls: ConnectEnvironmentArgs["tls"]) {
    return environmentConfig(rig, client, { tls });
  }

  async function up(...words: string[]) {
    const run = await project.up(...words);
    expect(run.exitCode, run.output).toBe(0);
    return run;
  }

  /** After an update all pods are others, and the operator syncs. */
  async function renewed(): Promise<void> {
    const before = await podNames();
    await up();
    const left = async () => (await podNames()).filter((name) => before.includes(name));
    await expect.poll(left, { timeout: 30_000 }).toEqual([]);
    await editArrives();
  }

  async function editArrives(): Promise<void> {
    await editItem(rig, "postgres", await appVault());
    const place = { namespace: `${client}-app`, name: "postgres" };
    arrived = await waitForSecret(rig, place, { before: arrived });
  }

  async function podNames(): Promise<readonly string[]> {
    const { items } = await core.listNamespacedPod({ namespace });
    return items.map(({ metadata }) => metadata?.name ?? "");
  }

  async function connectUrl(): Promise<string | undefined> {
    const name = `${client}-prod-connect-operator`;
    const { spec } = await apps.readNamespacedDeployment({ namespace, name });
    const [{ env = [] } = {}] = spec?.template.spec?.containers ?? [];
    return env.find((variable) => variable.name === "OP_CONNECT_HOST")?.value;
  }

  async function certificatesTrusted(): Promise<readonly string[]> {
    const { data = {} } = await core.readNamespacedSecret({ namespace, name: trusted });
    const pem = Buffer.from(data["tls.crt"] ?? "", "base64").toString();
    return pem.split(/(?<=END CERTIFICATE-----\n)/);
  }

  async function verified(check: string) {
    const { stdout } = await opconnect(rig, ["verify", "main", "--json"], { cwd: project.dir });
    return printedJson("verify", stdout).checks.find((each) => each.check === check);
  }

  async function somebodysCertificate() {
    const [crt, key] = [join(project.dir, "tls.crt"), join(project.dir, "tls.key")];
    const words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90";
    const name = `${client}-prod-connect`;
    const names = ["-subj", "/CN=theirs", "-addext", `subjectAltName=DNS:${name}`];
    await execa("openssl", [...words.split(" "), ...names, "-out", crt, "-keyout", key]);
    return { certificate: await readFile(crt, "utf8") };
  }

  async function appVault(): Promise<string> {
    return (await listedVaults(rig)).get(`${client}-prod-app`) ?? "";
  }
});
