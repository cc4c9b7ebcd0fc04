import { CoreV1Api, KubeConfig, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createProject, type Project } from "../harness/act/project.ts";
import { changes } from "../harness/look/engine-events.ts";
import { rig } from "../harness/rig-lane.ts";

const config = new KubeConfig();
config.loadFromFile(rig.kubeconfig);
const core = config.makeApiClient(CoreV1Api);

const place = { namespace: "objects" };
const taken = { kind: "ConfigMap", name: "taken", metadata: place };
const held = {
  kind: "ConfigMap",
  name: "held",
  metadata: place,
  options: { customTimeouts: { delete: "2s" } },
};
const unready = {
  kind: "Deployment",
  name: "unready",
  metadata: place,
  spec: {
    selector: { matchLabels: { app: "unready" } },
    template: {
      metadata: { labels: { app: "unready" } },
      spec: { containers: [{ name: "unready", image: "rig/there-is-none:1" }] },
    },
  },
  options: { customTimeouts: { create: "4s" } },
};

describe("the kubernetes provider, which all else here builds on, real or not", () => {
  let project: Project;
  beforeAll(async () => {
    await core.createNamespace({ body: { metadata: { name: place.namespace } } });
    const body = { metadata: { name: "taken" }, data: { by: "hand" } };
    await core.createNamespacedConfigMap({ ...place, body });
    const objects = [labelled("k9s", "1"), labelled("edited", "1"), held, taken, unready];
    project = await createProject({
      ...rig,
      name: "objects",
      program: "objects",
      config: { objects },
    });
  });
  afterAll(async () => {
    await project.destroy();
    await core.deleteNamespace({ name: place.namespace });
  });

  test("what exists is in the way of an update, which its preview does not say", async () => {
    const previewed = await project.preview();
    expect(previewed.exitCode, previewed.output).toBe(0);
    const { exitCode, output } = await project.up("--continue-on-error");
    expect(exitCode, output).not.toBe(0);
    expect(output).toContain('configmaps "taken" already exists');
    expect(output).toContain("The resource already exists in the cluster.");
    expect(await dataOfTaken()).toEqual({ by: "hand" });

    // The same update, of a Deployment whose image cannot be had.
    expect(output).toContain("failed to fully initialize or become live");
    expect(output).toContain("'unready' timed out waiting to be Ready");
  });

  test("a refresh says what is not ready", async () => {
    const { exitCode, output } = await project.refresh();
    expect(exitCode, output).toBe(0);
    expect(output).toContain("Refreshed resource is in an unhealthy state");
    expect(output).toContain("'unready' was created but failed to initialize");
  });

  test("fields of k9s are a conflict, those of kubectl are taken over", async () => {
    await label("k9s", "2", "k9s");
    await label("edited", "2", "kubectl-edit");
    await project.configure({ objects: [labelled("k9s", "3"), labelled("edited", "3"), held] });
    const { exitCode, output } = await project.up("--continue-on-error");
    expect(exitCode, output).not.toBe(0);
    expect(output).toContain("server-side apply field conflict detected");
    expect(output).toContain('conflict with "k9s"');
    expect([await labelOf("k9s"), await labelOf("edited")]).toEqual(["2", "3"]);
  });

  test("a deletion waits for finalizers, and what stays is kept in the state", async () => {
    await finalize(["opconnect.test/held"]);
    const forced = { annotations: { "pulumi.com/patchForce": "true" } };
    const named = { annotations: { "pulumi.com/patchFieldManager": "mine" } };
    const objects = [labelled("k9s", "3", forced), labelled("edited", "3", named)];
    await project.configure({ objects });
    const { exitCode, output } = await project.up("--continue-on-error");
    expect(exitCode, output).not.toBe(0);
    expect(output).toContain("timed out waiting for the condition");
    expect(output).toContain("finalizers might be preventing deletion");
    await finalize([]);
    const again = await project.up();
    expect(again.exitCode, again.output).toBe(0);
  });

  test("an annotation forces a conflict, and another names the field manager", async () => {
    expect(await labelOf("k9s")).toBe("3");
    expect(await managersOf("edited")).toContain("mine");
    expect(await managersOf("edited")).not.toContainEqual(expect.stringMatching(/^pulumi-/));
    const { exitCode, output, events } = await project.up();
    expect(exitCode, output).toBe(0);
    expect(Object.keys(changes(events))).toEqual(["same"]);
  });

  test("what exists is taken over where the provider is told so", async () => {
    await project.configure({ objects: [{ ...taken, data: { also: "program" } }] });
    const upsert = { PULUMI_K8S_UPSERT_EXISTING_OBJECTS: "true" };
    const { exitCode, output } = await project.pulumi(["up", "--yes", "--skip-preview"], upsert);
    expect(exitCode, output).toBe(0);
    expect(await dataOfTaken()).toEqual({ by: "hand", also: "program" });
  });

  test("without server-side apply there are no patches, which a preview says", async () => {
    await project.configure({ objects: [{ ...taken, kind: "ConfigMapPatch" }] });
    const clientSide = { PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY: "false" };
    const { exitCode, output } = await project.pulumi(["preview"], clientSide);
    expect(exitCode, output).not.toBe(0);
    expect(output).toContain("patch resources require Server-Side Apply mode");
  });
});

function labelled(name: string, value: string, metadata = {}) {
  return { kind: "Namespace", name, metadata: { labels: { set: value }, ...metadata } };
}

/** Labels a namespace under the name of another program. */
async function label(name: string, value: string, fieldManager: string): Promise<void> {
  const body = { metadata: { labels: { set: value } } };
  const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  await core.patchNamespace({ name, body, fieldManager }, merge);
}

async function labelOf(name: string): Promise<string | undefined> {
  return (await core.readNamespace({ name })).metadata?.labels?.set;
}

async function managersOf(name: string): Promise<readonly (string | undefined)[]> {
  const { metadata } = await core.readNamespace({ name });
  return (metadata?.managedFields ?? []).map(({ manager }) => manager);
}

async function finalize(finalizers: readonly string[]): Promise<void> {
  const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  const body = { metadata: { finalizers } };
  await core.patchNamespacedConfigMap({ ...place, name: "held", body }, merge);
}

async function dataOfTaken() {
  return (await core.readNamespacedConfigMap({ ...place, name: "taken" })).data;
}
