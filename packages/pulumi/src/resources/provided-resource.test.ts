import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect, onTestFinished, test } from "vitest";
import { recordResources } from "../../fixtures/recorder.ts";
import { ConnectServer } from "./connect-server.ts";
import { CredentialSecret } from "./credential-secret.ts";
import { Vault } from "./vault.ts";

const library = join(import.meta.dirname, "../..");

/** A program's folder with packages in it, as a package manager lays them: links into a store. */
async function programFolder() {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "opconnect-wrapper-")));
  onTestFinished(() => rm(folder, { recursive: true }));
  const link = async (target: string, place: string) => {
    await mkdir(dirname(join(folder, place)), { recursive: true });
    await symlink(target, join(folder, place));
  };
  /** A package of the store, that finds its own dependencies beside it. */
  const store = async (name: string, dependency: string) => {
    const place = join(folder, "store", name.replace("/", "+"), "node_modules", name);
    await mkdir(place, { recursive: true });
    const manifest = { name, exports: {}, dependencies: { gone: "1", [dependency]: "1" } };
    await writeFile(join(place, "package.json"), JSON.stringify(manifest));
    return place;
  };
  const declare = (...names: string[]) => {
    const dependencies = Object.fromEntries(names.map((name) => [name, "1"]));
    return writeFile(join(folder, "package.json"), JSON.stringify({ dependencies }));
  };
  return { folder, link, store, declare };
}

/** What the host of dynamic resources gets from the text in state, in a program's folder. */
async function provided(folder: string) {
  const [vault] = (
    await recordResources(() => new Vault("app", { title: "acme-prod-app" }))
  ).filter(({ type }) => type.endsWith(":Vault"));
  const script = `${vault?.inputs.__provider}; console.log(Object.keys(exports.handler()).join(" "))`;
  const { status, stdout, stderr } = spawnSync("node", ["-e", script], { cwd: folder });
  return { status, stdout: stdout.toString().trim(), stderr: stderr.toString() };
}

const lifeCycle = "check diff create read update delete";

test("the life cycle comes from the program's own folder", async () => {
  const { folder, link } = await programFolder();
  await link(library, "node_modules/@opconnect/pulumi");
  expect((await provided(folder)).stdout).toBe(lifeCycle);
});

test("else it comes from where a package around this library, or one around that, has it", async () => {
  const { folder, link, store, declare } = await programFolder();
  const inner = await store("@acme/connect", "@opconnect/pulumi");
  const outer = await store("@acme/infra", "@acme/connect");
  await link(library, "store/@acme+connect/node_modules/@opconnect/pulumi");
  await link(inner, "store/@acme+infra/node_modules/@acme/connect");
  await link(outer, "node_modules/@acme/infra");
  await declare("also-gone", "@acme/infra");
  expect((await provided(folder)).stdout).toBe(lifeCycle);
});

test("where nothing has it, Node.js says what the program's folder lacks", async () => {
  const { folder } = await programFolder();
  const { status, stderr } = await provided(folder);
  expect(status).toBe(1);
  expect(stderr).toContain("Cannot find module '@opconnect/pulumi/provider'");
});

test("what an update with targets leaves out has no property that passes for a value", async () => {
  // As Pulumi 3.250 hands over what is left out.
  const leaveOut = { newResource: () => ({ id: "", state: {} }), call: () => ({}) };
  await pulumi.runtime.setMocks(leaveOut, "client", "acme-prod", false);
  const { secretId } = new CredentialSecret("credentials", { name: "opconnect/acme/prod/c" });
  const server = new ConnectServer("server", { name: "acme-prod", vaults: [], secretId });
  const seen: unknown[] = [];
  for (const each of [secretId, server.secretId, server.serverId, server.fingerprint]) {
    each.apply((value) => seen.push(value));
  }
  await pulumi.runtime.disconnect();
  expect(seen).toEqual([]);
});
