import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { installPackages } from "../harness/act/install-packages.ts";
import { typeItem } from "../harness/act/item.ts";
import { createProject, type ProgramName, type Project } from "../harness/act/project.ts";
import { countOpCalls } from "../harness/disturb/call-counter.ts";
import { listedVaults } from "../harness/look/account.ts";
import { changes } from "../harness/look/engine-events.ts";
import { waitForSecret } from "../harness/look/secret-arrival.ts";
import { rig } from "../harness/rig-lane.ts";
import { sampled } from "../harness/sampled.ts";
import { scanFolder } from "../harness/secret-scan/scan-folder.ts";
import { secretTraces } from "../harness/secret-scan/secret-traces.ts";
import { createTraceFinder, type TraceFinder } from "../harness/secret-scan/trace-finder.ts";

const programs = sampled([
  ["a CommonJS TypeScript program", "typescript-commonjs", "program-cjs"],
  ["a plain JavaScript program", "javascript", "program-js"],
] as const);

describe.each(programs)("%s with the installed package", (_, program, client) => {
  let project: Project;
  beforeAll(async () => {
    project = await createInstalled(program, client);
  });
  afterAll(async () => {
    await project.destroy();
  });

  test("previews an environment and brings it up", () => expectUp(project, client));
  test("changes nothing on a second up, and calls no op", () => expectNoChange(project));
});

describe("an ESM TypeScript program with the installed package", () => {
  const client = "program-esm";
  // Nothing but the secret says where the cluster is.
  const environment = { KUBECONFIG: undefined, HOME: rig.env.TMPDIR };
  let project: Project;
  let holdsToken: TraceFinder;

  beforeAll(async () => {
    project = await createInstalled("typescript-esm", client);
    const kubeconfig = await readFile(rig.kubeconfig, "utf8");
    const { users } = parse(kubeconfig) as { users: [{ user: { token: string } }] };
    holdsToken = createTraceFinder(secretTraces([users[0].user.token]));
    const words = ["config", "set", "--secret", "kubeconfig", "--non-interactive"];
    const input = kubeconfig;
    await execa("pulumi", words, { cwd: project.dir, env: rig.env, extendEnv: false, input });
  });
  afterAll(async () => {
    await project.pulumi(["destroy", "--yes", "--skip-preview"], environment);
  });

  test("follows a kubeconfig whose content is a Pulumi secret", () =>
    expectUp(project, client, environment));
  test("changes nothing on a second up, and calls no op", () =>
    expectNoChange(project, environment));

  test("has the kubeconfig in its state only encrypted", async () => {
    const shown = await project.pulumi(["stack", "export", "--show-secrets"]);
    expect(holdsToken(shown.output)).toBe(true);
    expect(holdsToken(await project.state())).toBe(false);
    for (const folder of [project.dir, join(rig.dir, "pulumi-state"), rig.env.TMPDIR ?? ""]) {
      // The real Kubernetes provider leaves a copy for helm in the temporary folder, at every run.
      const isExempt = (path: string) => /^kubeconfig\d+$/.test(path);
      expect(scanFolder(folder, holdsToken, { isExempt })).toEqual([]);
    }
  });

  test("takes the life cycle of its resources from its own folder", async () => {
    const provider = join(project.dir, "node_modules/@opconnect/pulumi/dist/bundled-provider.js");
    await rename(provider, `${provider}.away`);
    const { exitCode, output } = await project.pulumi(["preview"], environment);
    await rename(`${provider}.away`, provider);
    expect(exitCode, output).not.toBe(0);
    expect(output).toContain(provider);
  });
});

describe("a program that makes its cluster too", () => {
  const client = "program-cluster";
  const environment = {
    KUBECONFIG: undefined,
    HOME: rig.env.TMPDIR,
    EXAMPLE_KUBECONFIG: rig.kubeconfig,
  };
  let project: Project;

  beforeAll(async () => {
    const config = { client, environment: "prod" };
    project = await createProject({ ...rig, name: client, program: "with-cluster", config });
  });
  afterAll(async () => {
    await project.pulumi(["destroy", "--yes", "--skip-preview"], environment);
  });

  test("previews all of it while nothing is known of the cluster, and brings it up", async () => {
    const { exitCode, output, events } = await project.pulumi(["up", "--yes"], environment);
    expect(exitCode, output).toBe(0);
    expect(output).toContain("Previewing update");
    const [previewed = ""] = output.split("Updating (");
    expect(previewed).toContain("known only once this program has made it");
    expect(Object.keys(changes(events))).toEqual(["create"]);
    const outputs = await project.pulumi(["stack", "output", "appNamespace"]);
    await typeItem(rig, "postgres", (await listedVaults(rig)).get(`${client}-prod-app`) ?? "");
    await waitForSecret(rig, { namespace: outputs.output.trim(), name: "postgres" });
  });

  test("changes nothing on a second up", () => expectNoChange(project, environment));
});

/** A project whose only way to our packages is its own `node_modules`. */
async function createInstalled(program: ProgramName, client: string): Promise<Project> {
  const namespace = `${client}-prod-1password`;
  const items = { postgres: { namespace, vault: "app", item: "postgres" } };
  const { args } = environmentConfig(rig, client, { items });
  // Elsewhere types are not checked: here they are, as a user has it.
  const env = { ...rig.env, PULUMI_NODEJS_TRANSPILE_ONLY: "false" };
  const project = await createProject({ ...rig, env, name: client, program, config: { args } });
  await installPackages(project);
  return project;
}

async function expectUp(project: Project, client: string, environment = {}): Promise<void> {
  const { exitCode, output, events } = await project.pulumi(["up", "--yes"], environment);
  expect(exitCode, output).toBe(0);
  expect(output).toContain("Previewing update");
  expect(Object.keys(changes(events))).toEqual(["create"]);
  const outputs = await project.pulumi(["stack", "output", "--json"]);
  expect(JSON.parse(outputs.output)).toMatchObject({
    namespace: `${client}-prod-1password`,
    serverId: expect.stringMatching(/^[A-Z0-9]{26}$/),
  });
  await typeItem(rig, "postgres", (await listedVaults(rig)).get(`${client}-prod-app`) ?? "");
  await waitForSecret(rig, { namespace: `${client}-prod-1password`, name: "postgres" });
}

async function expectNoChange(project: Project, environment = {}): Promise<void> {
  const opCalls = await countOpCalls(rig);
  const words = ["up", "--yes", "--skip-preview"];
  const { exitCode, output, events } = await project.pulumi(words, environment);
  expect(exitCode, output).toBe(0);
  expect(Object.keys(changes(events))).toEqual(["same"]);
  expect(await opCalls()).toEqual([]);
}
