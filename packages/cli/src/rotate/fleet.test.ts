import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CredentialStore, encodeStoreTags, openStore } from "@opconnect/provision";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const main = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const fakePulumi = fileURLToPath(new URL("../../fixtures/fake-pulumi.ts", import.meta.url));
const stacks = ["acme-dev", "acme-prod", "globex-prod"] as const;

let dir: string;
let store: CredentialStore;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "rotate-fleet-test-"));
  const config = {
    kind: "age-file",
    folder: join(dir, "secrets"),
    recipients: ["age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"],
  } as const;
  store = openStore(config);
  await writeFile(join(dir, "Pulumi.yaml"), "name: p\nruntime: nodejs\n");
  for (const [index, stack] of stacks.entries()) {
    const wave = stack === "globex-prod" ? "  opconnect:wave: canary\n" : "  p:client: acme\n";
    await writeFile(join(dir, `Pulumi.${stack}.yaml`), `config:\n${wave}`);
    const tokenId = `oldtoken${index}`.padEnd(26, "a");
    const { secretId } = await store.ensureSecret({ name: stack });
    const mintedAt = new Date("2026-01-01T00:00:00Z");
    const tags = encodeStoreTags({ tokenId, mintedAt });
    await store.write({ secretId, value: `fixture-${stack}`, tags });
    const outputs = {
      name: `${stack}-operator`,
      consumer: "operator",
      serverId: "SERVERAAAAAAAAAAAAAAAAAAAA",
      tokenId,
      secretId,
      versionId: "one",
      vaults: [],
      store: config,
    };
    const type = "pulumi-nodejs:dynamic/opconnect:ConnectToken";
    const resources = [{ urn: `urn:${stack}`, type, id: tokenId, outputs }];
    await writeFile(stateOf(stack), JSON.stringify({ version: 3, deployment: { resources } }));
  }
  const pulumi = join(dir, "pulumi");
  await writeFile(pulumi, `#!/bin/sh\nexec "${process.execPath}" "${fakePulumi}" "$@"\n`);
  await chmod(pulumi, 0o755);
  env = {
    PATH: [dir, process.env.PATH].join(delimiter),
    FAKE_PULUMI_STATE: join(dir, "{stack}.json"),
    FAKE_PULUMI_STACKS: stacks.join(","),
    FAKE_PULUMI_STORE: JSON.stringify(config),
    FAKE_PULUMI_UP: "replace what is asked for",
  };
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const stateOf = (stack: string) => join(dir, `${stack}.json`);

async function rotate(...words: string[]) {
  const args = [main, "rotate", ...words, "--cwd", dir, "--yes", "--json"];
  const { exitCode, stdout, stderr } = await execa(process.execPath, args, {
    env,
    extendEnv: false,
    reject: false,
    stdin: "ignore",
  });
  const outcomes: readonly {
    readonly stack: string;
    readonly outcome: string;
    readonly rotated: readonly unknown[];
  }[] = stdout === "" ? [] : (JSON.parse(stdout).stacks ?? []);
  return {
    exitCode,
    stderr,
    rotated: outcomes.flatMap(({ rotated }) => rotated),
    outcomes: Object.fromEntries(outcomes.map(({ stack, outcome }) => [stack, outcome])),
  };
}

async function tokenOf(stack: string): Promise<string> {
  const { deployment } = JSON.parse(await readFile(stateOf(stack), "utf8"));
  return deployment.resources[0].outputs.tokenId;
}

test("a fleet is rotated wave by wave, stops where one fails, and goes on there without doing it twice", async () => {
  const old = await Promise.all(stacks.map(tokenOf));
  await writeFile(`${stateOf("acme-prod")}.fails`, "");
  const first = await rotate("--all", "--waves", "canary,rest");
  expect(first.exitCode, first.stderr).toBe(1);
  expect(first.stderr).toContain("ROTATION_UNFINISHED");
  expect(first.outcomes).toEqual({
    "globex-prod": "done",
    "acme-dev": "done",
    "acme-prod": "failed",
  });
  const reached = await Promise.all(stacks.map(tokenOf));
  expect(reached[1]).toBe(old[1]);
  await rm(`${stateOf("acme-prod")}.fails`);
  const second = await rotate("--all", "--waves", "canary,rest");
  expect(second.exitCode, second.stderr).toBe(0);
  expect(second.outcomes).toMatchObject({ "acme-dev": "done before", "acme-prod": "done" });
  const now = await Promise.all(stacks.map(tokenOf));
  expect(now[0]).toBe(reached[0]);
  expect(now[1]).not.toBe(old[1]);
  expect(now[2]).toBe(reached[2]);
  await expect(stat(join(dir, ".opconnect-rotate.json"))).rejects.toThrow("ENOENT");
});

test("what a killed run has replaced already is not replaced again", async () => {
  const journal = join(dir, ".opconnect-rotate.json");
  await store.write({
    secretId: "age:acme-dev",
    value: "fixture-new",
    tags: encodeStoreTags({ tokenId: await tokenOf("acme-dev"), mintedAt: new Date() }),
  });
  const purpose = "rotate tokens minted before 2026-02-01T00:00:00.000Z";
  const text = { version: 1, purpose, stacks: { "p/acme-dev": "begun" } };
  await writeFile(journal, JSON.stringify(text));
  const before = await tokenOf("acme-dev");
  const { exitCode, stderr } = await rotate("acme-*");
  expect(exitCode, stderr).toBe(0);
  expect(stderr).toContain("the rotation that began at 2026-02-01T00:00:00.000Z");
  expect(await tokenOf("acme-dev")).toBe(before);
  expect(await tokenOf("acme-prod")).not.toMatch(/^oldtoken/);
  expect(await tokenOf("globex-prod")).toMatch(/^oldtoken/);
});

describe("a run that was killed in a stack", () => {
  const old = "oldtoken0aaaaaaaaaaaaaaaaa";
  beforeEach(async () => {
    const purpose = "rotate tokens minted before 2026-02-01T00:00:00.000Z";
    const text = { version: 1, purpose, stacks: { "p/acme-dev": "begun" } };
    await writeFile(join(dir, ".opconnect-rotate.json"), JSON.stringify(text));
  });
  const replacement = (tokenId: string) => [
    { kind: "token", name: "acme-dev-operator", old, new: tokenId, oldIsRevoked: true },
  ];

  test("before the new token was made: who finishes it names both", async () => {
    await store.tag("age:acme-dev", encodeStoreTags({ rotate: old }));
    const { exitCode, stderr, rotated } = await rotate("acme-d*");
    expect(exitCode, stderr).toBe(0);
    expect(rotated).toMatchObject(replacement(await tokenOf("acme-dev")));
  });

  test("before the old token was revoked: who finishes it names both", async () => {
    const tokenId = "newtoken0aaaaaaaaaaaaaaaaa";
    const tags = encodeStoreTags({ tokenId, mintedAt: new Date() });
    await store.write({ secretId: "age:acme-dev", value: "fixture-new", tags });
    const { deployment } = JSON.parse(await readFile(stateOf("acme-dev"), "utf8"));
    const [left] = deployment.resources;
    const made = { ...left, id: tokenId, outputs: { ...left.outputs, tokenId } };
    const resources = [made, { ...left, delete: true }];
    await writeFile(stateOf("acme-dev"), JSON.stringify({ deployment: { resources } }));
    const { exitCode, stderr, rotated } = await rotate("acme-d*");
    expect(exitCode, stderr).toBe(0);
    expect(await tokenOf("acme-dev")).toBe(tokenId);
    expect(rotated).toMatchObject(replacement(tokenId));
  });
});

test.each([
  ["neither stacks nor --all", [], "ARGUMENT_INVALID"],
  ["both", ["acme-*", "--all"], "ARGUMENT_INVALID"],
  ["a wave that no stack belongs to", ["--all", "--waves", "early,rest"], "ARGUMENT_INVALID"],
  ["a stack that does not exist", ["acme-prod", "acme-test"], "STACK_NOT_FOUND"],
])("%s is refused, and nothing is replaced", async (_, words, code) => {
  const { exitCode, stderr } = await rotate(...words);
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain(code);
  for (const stack of stacks) expect(await tokenOf(stack)).toMatch(/^oldtoken/);
});
