import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { addPerson, startConnect } from "@opconnect/sandbox";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { environmentConfig, rigChart } from "../harness/act/environment-config.ts";
import { typeItem } from "../harness/act/item.ts";
import { opconnect, startOpconnect } from "../harness/act/opconnect.ts";
import { createProject, type Project } from "../harness/act/project.ts";
import { countOpCalls } from "../harness/disturb/call-counter.ts";
import { withoutOp } from "../harness/disturb/without-op.ts";
import { activeMinted, listedVaults, op } from "../harness/look/account.ts";
import { changes } from "../harness/look/engine-events.ts";
import { printedJson } from "../harness/look/printed-json.ts";
import { waitForSecret } from "../harness/look/secret-arrival.ts";
import { createStoredSecret } from "../harness/look/stored-secrets.ts";
import { rig } from "../harness/rig-lane.ts";

const home = rig.env.OPCONNECT_SANDBOX_HOME ?? "";

describe("looking after an environment from the command line", () => {
  let project: Project;
  const run = (...words: string[]) => opconnect(rig, words, { cwd: project.dir });
  beforeAll(async () => {
    project = await createProject({ ...rig, name: "cli", config: environmentConfig(rig, "cli") });
    const { exitCode, output } = await project.up();
    expect(exitCode, output).toBe(0);
    await typeItem(rig, "postgres", (await listedVaults(rig)).get("cli-prod-app") ?? "");
    await waitForSecret(rig, { namespace: "cli-app", name: "postgres" });
  });
  afterAll(async () => {
    await project.destroy();
  });

  test("doctor finds a new environment healthy, and changes nothing", async () => {
    const { exitCode, stdout, stderr } = await run("doctor", "main", "--json");
    expect(exitCode, stdout + stderr).toBe(0);
    const report = printedJson("doctor", stdout);
    expect(report.healthy).toBe(true);
    expect(report.checks.map(({ check, subject = "" }) => `${check} ${subject}`.trim())).toEqual([
      "state",
      "op-version",
      "op-sign-in",
      "op-account",
      "minting-right",
      "vault-access cli-prod-app",
      "vault-access cli-prod-data",
      "store-write credentials",
      "store-write operator",
      "cluster",
      "cluster-permission",
      "token-expiry operator",
      "server cli-prod",
      "token cli-prod-operator",
      "cluster-secret cli-prod-credentials",
      "cluster-secret cli-prod-token",
      "deployment cli-prod-connect",
      "deployment cli-prod-connect-operator",
      "connect cli-prod-1password",
      "definition",
      "operator-rights cli-prod-1password",
      "network-policy cli-prod-1password/cli-prod-connect",
      "network-policy cli-prod-1password/cli-prod-connect-operator",
      "access-policy cli-prod-onepassword-deployments",
      "access-policy cli-prod-onepassword-items",
      "access-policy cli-prod-onepassword-operator",
      "access-policy cli-prod-onepassword-secrets",
      "item cli-app/postgres",
    ]);
    expect(new Set(report.checks.map(({ status }) => status))).toEqual(new Set(["ok"]));
    const { exitCode: same, output, events } = await project.up();
    expect(same, output).toBe(0);
    expect(Object.keys(changes(events))).toEqual(["same"]);
  });

  test("doctor without a stack looks at this machine", async () => {
    const { exitCode, stdout } = await run("doctor");
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toMatch(/✔ Right to mint/);
    expect(stdout).toMatch(/✔ Store\s+AWS Secrets Manager, account \d+, region/);
    expect(stdout).toContain("Everything is in place.");
  });

  test("doctor tells a person who may not mint what to do", async () => {
    const email = "clara@example.com";
    await addPerson(home, { name: "Clara", email });
    const env = { OPCONNECT_SANDBOX_USER: email };
    const options = { cwd: project.dir, env };
    const { exitCode, stdout } = await opconnect(rig, ["doctor", "main"], options);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/✖ Right to mint .*\n(.*\n)*?\s+→ /);
    expect(stdout).toMatch(/checks failed/);
  });

  test("rotate replaces every token by itself, and says by which", async () => {
    const { exitCode, stdout, stderr } = await run("rotate", "main", "--yes", "--json");
    expect(exitCode, stderr).toBe(0);
    const [token, ...others] = printedJson("rotate", stdout).rotated;
    expect(others).toEqual([]);
    expect(token).toMatchObject({ kind: "token", oldIsRevoked: true });
    expect(await stateOf("token", token?.old)).toBe("REVOKED");
    expect(await stateOf("token", token?.new ?? "")).toBe("ACTIVE");
    expect(await activeMinted(rig, "cli")).toEqual({ servers: 1, tokens: 1 });
  });

  test("rotate --server replaces the server and its tokens", async () => {
    const { exitCode, stdout, stderr } = await run("rotate", "main", "--server", "--yes");
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/^REPLACED +OLD +NEW +THE OLD ONE IS\n/);
    expect(stdout).toMatch(/Connect server cli-prod .* revoked\n/);
    expect(stdout).toMatch(/Connect token cli-prod-operator .* revoked$/);
    expect(await activeMinted(rig, "cli")).toEqual({ servers: 1, tokens: 1 });
  });

  test("a rotation that no one here can carry out is withdrawn", async () => {
    const options = { cwd: project.dir, env: await withoutOp(rig) };
    const { exitCode, stderr } = await opconnect(rig, ["rotate", "main", "--yes"], options);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("OP_NOT_INSTALLED");
    expect(stderr).toMatch(/Nothing was replaced.*\[ROTATION_UNFINISHED\]/);
    const { output, events } = await project.up();
    expect(Object.keys(changes(events)), output).toEqual(["same"]);
  });

  test("a rotation interrupted halfway is brought to its end by the next one", async () => {
    const words = ["rotate", "main", "--server", "--yes"];
    const running = startOpconnect(rig, words, { cwd: project.dir });
    await new Promise<void>((resolve) => {
      let said = "";
      running.stderr.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        if (/ConnectServer .*created replacement/.test(said)) resolve();
      });
      running.stderr.once("end", () => resolve());
    });
    // What ^C does: it reaches every process of the terminal.
    process.kill(-(running.pid ?? 0), "SIGINT");
    expect((await running).exitCode).toBe(1);
    const again = await run("rotate", "main", "--token", "operator", "--yes");
    expect(again.exitCode, again.stderr).toBe(0);
    expect(await activeMinted(rig, "cli")).toEqual({ servers: 1, tokens: 1 });
  });

  test("orphans lists what no secret claims, and deletes it when it is told to", async () => {
    const clean = await run("orphans", "--client", "cli");
    expect(clean.exitCode, clean.stderr).toBe(0);
    expect(clean.stdout).toMatch(/^No orphans\. Looked at .*,\s+account\s+\d+,\s+region/);
    const folder = await mkdtemp(join(rig.dir, "age-"));
    const elsewhere = await run("orphans", "--client", "cli", "--age-folder", folder);
    expect(elsewhere.exitCode, elsewhere.stderr).toBe(0);
    expect(elsewhere.stdout).toContain("Named alike, but of nothing that this store knows");
    const orphan = await serverByHand("cli-prod", "cli-prod-app");

    const young = await run("orphans", "--client", "cli", "--delete", "--yes");
    expect(young.exitCode).toBe(1);
    expect(young.stderr).toContain("left alone for now: it was made a moment ago");
    const refused = await run("orphans", "--client", "cli", "--settled", "0", "--delete");
    expect(refused.exitCode).toBe(64);
    expect(refused.stderr).toContain("Pass `--yes`");
    const found = await run("orphans", "--client", "cli", "--settled", "0");
    expect(found.exitCode).toBe(1);
    expect(found.stdout).toMatch(new RegExp(`server +cli-prod +${orphan.id} +cli/prod`));

    const deleted = await run("orphans", "--client", "cli", "--settled", "0", "--delete", "--yes");
    expect(deleted.exitCode, deleted.stderr).toBe(0);
    expect(await stateOf("server", orphan.id)).toBe("REVOKED");
    expect(await activeMinted(rig, "cli")).toEqual({ servers: 1, tokens: 1 });
  });

  test("wrong usage ends with 64", async () => {
    expect((await run("rotate")).exitCode).toBe(64);
    expect((await run("doctor", "--no-such-option")).exitCode).toBe(64);
    const both = await run("rotate", "main", "--server", "--token", "operator", "--yes");
    expect(both.exitCode).toBe(64);
    const none = await run("rotate", "main", "--token", "ci", "--yes");
    expect(none.exitCode).toBe(1);
    expect(none.stderr).toContain('Use one of "operator".');
  });
});

describe("adopting an environment made by hand", () => {
  const names = ["clients/hand/prod/1p-credentials", "clients/hand/prod/1p-operator"] as const;
  const adopting = [
    ...["adopt", "hand/prod", "--credentials-secret", names[0]],
    ...["--token-secret", `operator=${names[1]}`],
  ];
  let made: Awaited<ReturnType<typeof serverByHand>>;
  let project: Project | undefined;
  beforeAll(async () => {
    await op(rig, ["vault", "create", "Hand secrets"]);
    made = await serverByHand("hand production", "Hand secrets");
    const created = ["connect", "token", "create", "k8s", "--server", made.id];
    const scope = ["--vault", `${made.vaultId},rw`, "--expires-in", "30d"];
    const { stdout: token } = await execa("op", [...created, ...scope], {
      env: rig.env,
      extendEnv: false,
    });
    await createStoredSecret(rig, names[0], made.credentialsFile);
    await createStoredSecret(rig, names[1], token);
  });
  afterAll(async () => {
    await project?.destroy();
  });

  test("it says what keeps it from being taken over", async () => {
    const { exitCode, stdout } = await opconnect(rig, ["adopt", "hand/prod"]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("// It cannot be taken over like this.");
  });

  test("a running Connect tells whether credentials file and token belong together", async () => {
    const other = await serverByHand("hand other", "Hand secrets");
    for (const [credentials, status] of [
      [made.credentialsFile, "ok"],
      [other.credentialsFile, "failed"],
    ] as const) {
      const session = Buffer.from(credentials).toString("base64");
      const connect = await startConnect({
        env: { OPCONNECT_SANDBOX_HOME: home, OP_SESSION: session, OP_HTTP_PORT: "0" },
      });
      try {
        const asking = [...adopting, "--connect-url", connect.url, "--json"];
        const { stdout } = await opconnect(rig, asking);
        const { evidence } = printedJson("adopt", stdout);
        expect(evidence.at(-1)?.status, stdout).toBe(status);
      } finally {
        await connect.close();
      }
    }
    await op(rig, ["connect", "server", "delete", other.id]);
  });

  test("the program that it prints takes everything over, and mints nothing", async () => {
    const { exitCode, stdout, stderr } = await opconnect(rig, adopting);
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stdout).not.toContain(made.credentialsFile);
    const { chart, operator } = environmentConfig(rig, "hand").args;
    const settings = JSON.stringify({ chart: { ...chart, ...rigChart(rig) }, operator }).slice(
      1,
      -1,
    );
    const program = stdout.replace('environment: "prod",', `environment: "prod", ${settings},`);
    project = await createProject({
      ...rig,
      name: "hand",
      program: "typescript-commonjs",
      config: {},
    });
    await writeFile(join(project.dir, "index.ts"), program);

    const opCalls = await countOpCalls(rig);
    const { exitCode: up, output } = await project.up();
    expect(up, output).toBe(0);
    // Whether the server has a vault already is asked by a token that is deleted at once.
    const creations = (await opCalls()).filter((call) => /create (?!opconnect-trial)/.test(call));
    expect(creations).toEqual([]);
    expect(await stateOf("server", made.id)).toBe("ACTIVE");
    expect(await project.state()).toContain(made.id);
    const { events } = await project.preview();
    expect(Object.keys(changes(events))).toEqual(["same"]);
  });
});

/** A Connect server as a person makes it by hand. */
async function serverByHand(name: string, vault: string) {
  const cwd = await mkdtemp(join(rig.dir, "by-hand-"));
  const vaultId = (await listedVaults(rig)).get(vault) ?? "";
  const words = ["connect", "server", "create", name, "--vaults", vaultId];
  const { stdout } = await execa("op", words, { cwd, env: rig.env, extendEnv: false });
  const credentialsFile = await readFile(join(cwd, "1password-credentials.json"), "utf8");
  return { id: /UUID: (\w+)/.exec(stdout)?.[1] ?? "", vaultId, credentialsFile };
}

/** Whether 1Password says that a server or token is alive. */
async function stateOf(kind: "server" | "token", id: string | undefined) {
  const rows = z.array(z.object({ id: z.string(), state: z.string() }));
  const listed = rows.parse(await op(rig, ["connect", kind, "list"]));
  return listed.find((row) => row.id === id)?.state;
}
