import { appendFile, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ConnectEnvironmentArgs, StoreArgs } from "@opconnect/pulumi";
import { clearFailures, injectFailure } from "@opconnect/sandbox";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { createProject, type Project, type Run } from "../harness/act/project.ts";
import { countOpCalls } from "../harness/disturb/call-counter.ts";
import { type OddAnswer, pathWithOddOp } from "../harness/disturb/odd-op.ts";
import { activeMinted, listedVaults } from "../harness/look/account.ts";
import { changes } from "../harness/look/engine-events.ts";
import { outsideWorld } from "../harness/look/outside-world.ts";
import { rig } from "../harness/rig-lane.ts";
import { sampled } from "../harness/sampled.ts";
import { type StoreAnswer, startStoreProxy } from "../rig/secrets-manager/store-proxy.ts";

const up = ["up", "--yes", "--skip-preview"];
const page = "<!DOCTYPE html>\n<html><body>Anmeldung am Netzwerk</body></html>";
const german = "Keine Verbindung zum Anbieter möglich – bitte später erneut versuchen";

/** A refusal is told to the person who runs `pulumi`, without a stack. */
function expectRefusal({ exitCode, output }: Run, message: RegExp): void {
  expect(exitCode, output).not.toBe(0);
  expect(output).toMatch(message);
  expect(output).not.toMatch(/^ +at /m);
}

describe("an environment that is well", () => {
  const client = "misminted";
  const well = { ci: { vaults: ["app"], expiresIn: "90d", rotateAfter: "60d" } };
  const home = rig.env.OPCONNECT_SANDBOX_HOME ?? "";
  let project: Project;
  let identityFile: string;
  let folder: string;
  let store: StoreArgs;
  let before: Awaited<ReturnType<typeof everything>>;

  const settings = (change: Partial<ConnectEnvironmentArgs> = {}) => ({
    args: environmentConfig(rig, client, { ...{ store, items: {}, tokens: well }, ...change }).args,
  });
  const upWith = (env: Readonly<Record<string, string>> = {}) =>
    project.pulumi(up, { OPCONNECT_AGE_IDENTITY_FILE: identityFile, ...env });

  beforeAll(async () => {
    const identity = await generateX25519Identity();
    const recipients = [await identityToRecipient(identity)];
    store = { kind: "age-file", folder: "credentials", recipients };
    const config = settings();
    project = await createProject({ ...rig, name: client, config });
    folder = join(project.dir, "credentials", "opconnect", client, "prod");
    identityFile = join(project.dir, "identity.txt");
    await writeFile(identityFile, `${identity}\n`, { mode: 0o600 });
  });
  afterAll(async () => {
    await clearFailures(home);
    await project.configure(settings());
    const env = { OPCONNECT_AGE_IDENTITY_FILE: identityFile };
    await project.pulumi(["destroy", "--yes", "--skip-preview"], env);
    await rm(identityFile, { force: true });
  });

  /** All that there is outside the state; leases are no content. */
  async function everything() {
    const names = (await readdir(folder)).filter((name) => !name.endsWith(".lease"));
    const read = async (name: string) => [name, await readFile(join(folder, name), "latin1")];
    return { ...(await outsideWorld(rig)), files: await Promise.all(names.sort().map(read)) };
  }

  async function expectNothingChanged(): Promise<void> {
    const after = await everything();
    // Compared by name first: files are long.
    expect(after.files.map(([name]) => name)).toEqual(before.files.map(([name]) => name));
    expect(after).toEqual(before);
  }

  test("came up with an op that prints warnings before everything", async () => {
    const text = "[WARNING] 2026/11/21 10:00:00 Eine neue Version ist da: [2.40.0] {siehe oben}";
    const kind = "text-before-output";
    for (const match of ["vault", "connect"]) {
      await injectFailure(home, { match, kind, text, times: 1_000 });
    }
    const { exitCode, output } = await upWith();
    await clearFailures(home);
    expect(exitCode, output).toBe(0);
    expect(await activeMinted(rig, client)).toEqual({ servers: 1, tokens: 2 });
    const titles = [...(await listedVaults(rig)).keys()].filter((title) => title.includes(client));
    expect(titles.sort()).toEqual([`${client}-prod-app`, `${client}-prod-data`]);
    before = await everything();
  });

  const mistakes = sampled<[string, Partial<ConnectEnvironmentArgs>, RegExp]>([
    [
      "a token that expired before it is minted",
      { tokens: { ci: { expiresIn: "-1d" } } },
      /`tokens\.ci\.expiresIn`: .* "-1d"\. Pass a whole number above 0 .*\[TOKEN_EXPIRY_INVALID\]/,
    ],
    [
      "a token that is rotated after its end",
      { tokens: { ci: { expiresIn: "30d", rotateAfter: "60d" } } },
      /"ci" has `rotateAfter: "60d"`.* Make `rotateAfter` shorter .*\[TOKEN_ROTATION_INVALID\]/,
    ],
    [
      "a token for a vault that its server does not have",
      { tokens: { ci: { vaults: ["app", "billing"] } } },
      /"ci" shall cover "billing".* Name vaults of .*"app", "data".*\[TOKEN_SCOPE_INVALID\]/,
    ],
    [
      "an id that is no id",
      { vaults: { app: { id: "misminted-prod-app" }, data: {} } },
      /`vaults\.app\.id` is "misminted-prod-app".* Pass the vault's id, .*\[VAULT_ID_INVALID\]/,
    ],
  ]);
  test.each(mistakes)("%s is refused without a call of op", async (_, change, message) => {
    await project.configure(settings(change));
    const opCalls = await countOpCalls(rig);
    expectRefusal(await upWith(), message);
    expect(await opCalls()).toEqual([]);
    await expectNothingChanged();
  });

  const moreVaults = { vaults: ["app", "data", "more"] };
  const shorterLife = { tokens: { ci: { ...well.ci, expiresIn: "80d" } } };
  const failures = sampled<[string, Partial<ConnectEnvironmentArgs>, OddAnswer, RegExp]>([
    [
      "fails in another language",
      moreVaults,
      { to: "vault list", stderr: `[FEHLER] 2026/11/21 10:00:00 ${german}\n`, exitCode: 1 },
      new RegExp(`could not list the vaults.*${german} \\(exit code 1\\).*\\[OP_FAILED\\]`),
    ],
    [
      "answers in another language",
      moreVaults,
      { to: "vault list", stdout: "KENNUNG  NAME\nabc      Einkauf\n" },
      /was to list the vaults.*KENNUNG.*`op` is the 1Password CLI.*\[OP_OUTPUT_UNEXPECTED\]/,
    ],
    [
      "answers with a web page",
      moreVaults,
      { to: "vault list", stdout: page },
      /was to list the vaults.*<!DOCTYPE html>.*\[OP_OUTPUT_UNEXPECTED\]/,
    ],
    [
      "creates a token and answers in another language",
      shorterLife,
      { to: "connect token create", stdout: `${german}\n`, performs: true },
      /was to create the Connect token "misminted-prod-ci".*\[OP_OUTPUT_UNEXPECTED\]/,
    ],
  ]);
  test.each(failures)(
    "an op that %s is understood to have failed",
    async (_, change, answer, message) => {
      await project.configure(settings(change));
      expectRefusal(await upWith(await pathWithOddOp(rig, answer)), message);
      await expectNothingChanged();
    },
  );

  test("an age file that was tampered with is refused, and put back all is well", async () => {
    const file = join(folder, "ci-token.age");
    const content = await readFile(file);
    await appendFile(file, "x");
    const opCalls = await countOpCalls(rig);
    await project.configure(settings(shorterLife));
    expectRefusal(
      await upWith(),
      /ci-token\.age was changed by something else\..*git checkout.*\[STORE_TAMPERED\]/,
    );
    expect(await opCalls()).toEqual([]);
    await writeFile(file, content);
    await expectNothingChanged();
    await project.configure(settings());
    const { exitCode, output, events } = await upWith();
    expect(exitCode, output).toBe(0);
    expect(Object.keys(changes(events))).toEqual(["same"]);
    await expectNothingChanged();
  });
});

describe("a store that answers garbage", () => {
  const client = "garbled";
  let project: Project;
  beforeAll(async () => {
    const store = { recoveryWindowInDays: 0 };
    const config = { args: environmentConfig(rig, client, { items: {}, store }).args };
    project = await createProject({ ...rig, name: client, config });
  });
  afterAll(async () => {
    await project.destroy();
  });

  async function upAnswering(answer: (action: string) => StoreAnswer | undefined): Promise<Run> {
    const proxy = await startStoreProxy(rig.env.AWS_ENDPOINT_URL ?? "", ({ action }) =>
      answer(action),
    );
    try {
      return await project.pulumi(up, { AWS_ENDPOINT_URL: proxy.url });
    } finally {
      await proxy.stop();
    }
  }

  test.each<[string, StoreAnswer]>([
    ["web pages", { status: 200, text: page }],
    ["objects of another kind", { status: 200, text: '{"hello":"world"}' }],
  ])("of %s is refused before anything has changed", async (_, answer) => {
    const before = await outsideWorld(rig);
    const opCalls = await countOpCalls(rig);
    const run = await upAnswering(() => answer);
    expectRefusal(run, /Secrets Manager answered.*AWS_ENDPOINT_URL.*\[STORE_RESPONSE_INVALID\]/);
    expect(await opCalls()).toEqual([]);
    expect(await outsideWorld(rig)).toEqual(before);
  });

  test("to a value leaves no Connect server behind", async () => {
    const run = await upAnswering((action) =>
      action === "PutSecretValue" ? { status: 200, text: page } : undefined,
    );
    expectRefusal(run, /answered PutSecretValue on .*\[STORE_RESPONSE_INVALID\]/);
    expect(await activeMinted(rig, client)).toEqual({ servers: 0, tokens: 0 });
  });
});
