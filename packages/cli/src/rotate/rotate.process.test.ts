import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CredentialStore, encodeStoreTags, openStore } from "@opconnect/provision";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";
import { atTerminal, controlC, enter } from "../../fixtures/at-terminal.ts";

const main = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const fakePulumi = fileURLToPath(new URL("../../fixtures/fake-pulumi.ts", import.meta.url));
const ids = { one: "oldtokenaaaaaaaaaaaaaaaaaa", two: "oldtokenbbbbbbbbbbbbbbbbbb" };

let dir: string;
let store: CredentialStore;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "rotate-test-"));
  const config = {
    kind: "age-file",
    folder: join(dir, "secrets"),
    recipients: ["age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"],
  } as const;
  store = openStore(config);
  for (const [name, tokenId] of Object.entries(ids)) {
    const { secretId } = await store.ensureSecret({ name });
    const tags = encodeStoreTags({ tokenId, serverId: "SERVERAAAAAAAAAAAAAAAAAAAA" });
    await store.write({ secretId, value: `fixture-${name}`, tags });
  }
  const token = (name: keyof typeof ids) => ({
    urn: `urn:pulumi:main::p::token::${name}`,
    type: "pulumi-nodejs:dynamic/opconnect:ConnectToken",
    id: ids[name],
    outputs: {
      name: `acme-prod-${name}`,
      consumer: name,
      serverId: "SERVERAAAAAAAAAAAAAAAAAAAA",
      tokenId: ids[name],
      secretId: `age:${name}`,
      versionId: "one",
      vaults: [],
      store: config,
    },
  });
  const state = join(dir, "state.json");
  await writeFile(
    state,
    JSON.stringify({ version: 3, deployment: { resources: [token("one"), token("two")] } }),
  );
  const pulumi = join(dir, "pulumi");
  await writeFile(pulumi, `#!/bin/sh\nexec "${process.execPath}" "${fakePulumi}" "$@"\n`);
  await chmod(pulumi, 0o755);
  env = {
    PATH: [dir, process.env.PATH].join(delimiter),
    FAKE_PULUMI_STATE: state,
    FAKE_PULUMI_STORE: JSON.stringify(config),
  };
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test.each([
  ["fail", /interrupted, or failed/],
  ["be killed", /ended by SIGKILL.*pulumi cancel/],
  ["lose the state", /Nothing was replaced.*stack export.* failed/],
])("when the update does nothing but %s, the request is taken back", async (what, said) => {
  const { exitCode, stderr } = await rotate(what);
  expect(exitCode).toBe(1);
  expect(oneLine(stderr)).toMatch(said);
  expect(await asked()).toEqual([]);
});

test("an update that got to the first of two leaves the second asked for, and says so", async () => {
  const { exitCode, stderr } = await rotate("replace the first, then fail");
  expect(exitCode).toBe(1);
  expect(oneLine(stderr)).toContain(
    "The replacement of the Connect token acme-prod-two is still asked for.",
  );
  expect(stderr).toContain("`pulumi up --stack main` to finish it");
  expect(await asked()).toEqual(["two"]);
});

test("a terminal that is closed leaves no request behind, whoever reads what is said of it", async () => {
  const running = rotate("wait", { detached: true });
  await updating(running);
  running.stderr?.destroy();
  running.stdout?.destroy();
  // The terminal's end reaches every process, and an engine dies of it.
  process.kill(-(running.pid ?? 0), "SIGHUP");
  expect((await running).exitCode).toBe(1);
  expect(await asked()).toEqual([]);
});

test("a kill has the update end in order, and leaves no request behind", async () => {
  const running = rotate("wait");
  await updating(running);
  running.kill("SIGTERM");
  expect((await running).exitCode).toBe(1);
  expect(await readFile(`${env.FAKE_PULUMI_STATE}.signal`, "utf8")).toBe("SIGTERM");
  expect(await asked()).toEqual([]);
});

test.each([
  ["a no", "n", 1],
  ["^C", controlC, 130],
])("%s at the question is no failure, and leaves no request behind", async (_, keys, code) => {
  const words = ["rotate", "main", "--cwd", dir];
  const run = atTerminal(words, { ...terminalEnv(), FAKE_PULUMI_UP: "fail" });
  await run.answer("Carry out this update?", keys === "n" ? `n${enter}` : keys);
  expect(await run.exitCode).toBe(code);
  expect(run.shown()).toContain("Previewing");
  expect(run.shown()).not.toMatch(/\[[A-Z]+_[A-Z_]+\]|unexpected/);
  expect(await asked()).toEqual([]);
});

function terminalEnv(): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value ?? ""]));
}

function rotate(up: string, options: { readonly detached?: boolean } = {}) {
  const words = [main, "rotate", "main", "--yes", "--cwd", dir];
  return execa(process.execPath, words, {
    env: { ...env, FAKE_PULUMI_UP: up },
    extendEnv: false,
    reject: false,
    stdin: "ignore",
    ...options,
  });
}

async function updating(running: ReturnType<typeof rotate>): Promise<void> {
  await new Promise<void>((resolve) => {
    running.stderr?.on("data", (chunk: Buffer) => {
      if (chunk.toString().includes("Updating")) resolve();
    });
  });
}

/** Names of the secrets whose value is to be replaced. */
async function asked(): Promise<readonly string[]> {
  const listed = await store.listSecrets();
  return listed.filter(({ tags }) => tags["opconnect:rotate"]).map(({ name }) => name);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}
