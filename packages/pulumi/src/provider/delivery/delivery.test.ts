import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import {
  type GitHubSecrets,
  startGitHubSecrets,
} from "../../../../provision/fixtures/fakes/github-secrets.ts";
import { serveJson } from "../../../../provision/fixtures/fakes/http-server.ts";
import { deliveredSecret } from "../../provider.ts";

vi.mock("../cluster/target.ts", async (importTarget) => ({
  ...(await importTarget()),
  connectSame: async () => ({
    findSecret: async () => undefined,
    readNamespace: async () => undefined,
  }),
}));

let folder: string;
let github: GitHubSecrets;
let said: string[];
const id = "acme/infra/TOKEN";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "delivery-"));
  github = await startGitHubSecrets({ "acme/infra": [] });
  said = [];
  vi.spyOn(process.stderr, "write").mockImplementation((text) => said.push(String(text)) > 0);
  vi.stubEnv("GITHUB_API_URL", github.url);
  vi.stubEnv("GH_TOKEN", github.token);
  vi.stubEnv("PATH", `${folder}:/bin:/usr/bin`);
  await encrypt("one");
  await writeFile(join(folder, "sops"), "#!/bin/sh\nprintf fixture-value\n", { mode: 0o755 });
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await github.close();
  await rm(folder, { recursive: true });
});

const encrypt = (data: string) =>
  writeFile(join(folder, "secrets.yaml"), `token: ENC[AES256_GCM,data:${data}]\nsops: {}\n`);

const inputs = () => ({
  from: { sopsFile: join(folder, "secrets.yaml"), key: ["token"] },
  ...{ kind: "githubActions", repository: "acme/infra", name: "TOKEN" },
  ...{ holder: "urn:delivered", isDelivered: true },
});

/** What the engine has of a resource: it hands the inputs to a check, and the state to all else. */
interface Known {
  readonly inputs: Record<string, unknown>;
  readonly state: Record<string, unknown>;
}

async function created(): Promise<Known> {
  const checked = await deliveredSecret.check({}, inputs());
  const { outs = {} } = await deliveredSecret.create(checked.inputs);
  return { inputs: checked.inputs, state: outs };
}

/** What the next preview says. */
async function next({ inputs: olds, state }: Known, news: Record<string, unknown> = inputs()) {
  const { inputs: checked, failures = [] } = await deliveredSecret.check(olds, news);
  const diff = await deliveredSecret.diff(id, state, checked);
  return { checked, diff, failures };
}

async function updated({ state }: Known, checked: Record<string, unknown>): Promise<Known> {
  const { outs = {} } = await deliveredSecret.update(id, state, checked);
  return { inputs: checked, state: outs };
}

const nothing: Known = { inputs: {}, state: {} };

test("a value is handed over, and state knows its version alone", async () => {
  const known = await created();
  expect(github.values.get(id) === "fixture-value").toBe(true);
  expect(JSON.stringify(known)).not.toContain("fixture-value");
  expect(known.state.version).toMatch(/^sops@[0-9a-f]{32}$/);
  expect((await next(known)).diff).toMatchObject({ changes: false });
});

test("another version is an update", async () => {
  const known = await created();
  await encrypt("two");
  const { checked, diff } = await next(known);
  expect(diff).toMatchObject({ changes: true, replaces: [] });
  const later = await updated(known, checked);
  expect(later.state.version).not.toBe(known.state.version);
  expect((await next(later)).diff).toMatchObject({ changes: false });
});

test("what is gone or changed there is delivered again", async () => {
  let known = await created();
  for (const spoil of [() => github.values.delete(id), () => github.rewrite(id)]) {
    spoil();
    const { checked, diff } = await next(known);
    expect(diff).toMatchObject({ changes: true, replaces: [] });
    known = await updated(known, checked);
    expect((await next(known)).diff).toMatchObject({ changes: false });
  }
});

test("a refresh sees what is gone, and what is changed", async () => {
  const known = await created();
  github.rewrite(id);
  const { props = {} } = await deliveredSecret.read(id, known.state);
  expect(props).toMatchObject({ isDelivered: false });
  expect((await next({ ...known, state: props })).diff).toMatchObject({ changes: true });
  github.values.delete(id);
  expect(await deliveredSecret.read(id, known.state)).toEqual({ id: "" });
});

test("another place is another secret", async () => {
  const known = await created();
  const { diff } = await next(known, { ...inputs(), name: "OTHER" });
  expect(diff).toMatchObject({ changes: true, replaces: ["name"] });
});

test("what was there before is refused, at preview and in an update", async () => {
  github.values.set(id, "somebody's");
  const { failures } = await next(nothing);
  expect(failures).toEqual([
    {
      property: "to",
      reason: expect.stringMatching(/gh secret delete TOKEN --repo acme\/infra.*DELIVERY_TAKEN/),
    },
  ]);
  await expect(deliveredSecret.create(inputs())).rejects.toThrow("[DELIVERY_TAKEN]");
  expect(github.values.get(id)).toBe("somebody's");
  github.values.delete(id);
  await created();
});

test("a runner that cannot read the secret keeps what is there", async () => {
  const known = await created();
  await rm(join(folder, "sops"));
  vi.stubEnv("PATH", folder);
  expect((await next(known)).diff).toMatchObject({ changes: false });
  await encrypt("two");
  const { checked, diff } = await next(known);
  expect(diff).toMatchObject({ changes: true });
  await expect(updated(known, checked)).rejects.toThrow("[SOPS_NOT_INSTALLED]");
});

test("a runner with no way to 1Password says so once, and keeps what is there", async () => {
  vi.stubEnv("PATH", folder);
  vi.stubEnv("OP_CONNECT_HOST", undefined);
  const from = "op://app/github/token";
  github.values.set(id, "fixture-value");
  const receipt = new Date(0).toISOString();
  const state = { ...inputs(), from, version: "fixture@1", receipt };
  for (const _ of [1, 2]) {
    const { diff, failures } = await next({ inputs: state, state }, { ...inputs(), from });
    expect(failures).toEqual([]);
    expect(diff).toMatchObject({ changes: false });
  }
  const lines = said.filter((line) => line.includes("[OP_NOT_INSTALLED]"));
  expect(lines).toEqual([expect.stringContaining("what was delivered stays as it is")]);
});

test("a runner that may not look at GitHub takes it for what it was", async () => {
  const known = await created();
  vi.stubEnv("GH_TOKEN", "fixture-other");
  expect((await next(known)).diff).toMatchObject({ changes: false });
  await expect(deliveredSecret.delete(id, known.state)).rejects.toThrow("[GITHUB_ACCESS_DENIED]");
});

test("a place that is not known yet is not looked at", async () => {
  const { checked, failures } = await next(nothing, { ...inputs(), repository: unknownValue });
  expect(failures).toEqual([]);
  expect(checked).toMatchObject({ version: expect.any(String) });
});

test("a wrong key is refused at preview", async () => {
  const from = { ...inputs().from, key: ["tokens"] };
  const { failures } = await next(nothing, { ...inputs(), from });
  expect(failures).toEqual([
    { property: "from", reason: expect.stringContaining("[SECRET_FIELD_INVALID]") },
  ]);
});

test("of two for one place, the second is refused, even at the same time", async () => {
  const other = { ...inputs(), holder: "urn:other" };
  const both = await Promise.allSettled(
    [inputs(), other].map((each) => deliveredSecret.create(each)),
  );
  expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  expect(both).toMatchObject([{}, { reason: { code: "DELIVERY_TAKEN" } }]);
});

test("what cannot be told from a place that is gone says how to leave it", async () => {
  const { state } = await created();
  const gone = { ...state, repository: "acme/gone" };
  await expect(deliveredSecret.delete(id, gone)).rejects.toThrow(
    /If acme\/gone is gone for good: `pulumi state delete 'urn:delivered'`.*GITHUB_ACCESS_DENIED/,
  );
});

test("each item that is not shown is told", async () => {
  const rows = [{ id: "a".repeat(26), title: "other", version: 1 }];
  const connect = await serveJson(({ url = "" }) => ({
    status: url.startsWith("/behind/a/path/v1/vaults") ? 200 : 404,
    body: url.endsWith("/items") ? rows : [{ id: "b".repeat(26), name: "app" }],
  }));
  onTestFinished(() => connect.close());
  vi.stubEnv("OP_CONNECT_HOST", `${connect.url}/behind/a/path`);
  vi.stubEnv("OP_CONNECT_TOKEN", "fixture");
  for (const item of ["database", "mailer"]) {
    const known = { ...inputs(), from: `op://app/${item}/password`, version: "fixture@1" };
    expect((await next({ inputs: known, state: known }, known)).failures).toEqual([]);
  }
  const told = said.filter((line) => line.includes("OP_NOT_FOUND"));
  expect(told).toEqual([expect.stringContaining("database"), expect.stringContaining("mailer")]);
});

test("a Secret whose namespace is gone is gone to a refresh", async () => {
  const state = { ...inputs(), ...{ kind: "kubernetes", clusterUid: "uid", namespace: "ci" } };
  const known = { ...state, name: "registry", key: "password", version: "fixture@1" };
  expect(await deliveredSecret.read("ci/registry", known)).toEqual({ id: "" });
});
