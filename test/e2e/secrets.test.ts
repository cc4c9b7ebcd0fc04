import { execFile } from "node:child_process";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { listSecrets, readCallLog } from "@opconnect/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { editItem, newFields, typeItem } from "../harness/act/item.ts";
import { createProject, type Project, type Run } from "../harness/act/project.ts";
import { listedVaults } from "../harness/look/account.ts";
import { waitForSecret } from "../harness/look/secret-arrival.ts";
import { storedValue } from "../harness/look/stored-secrets.ts";
import { rig } from "../harness/rig-lane.ts";
import {
  type SampledProcess,
  startProcessSampler,
} from "../harness/secret-scan/process-sampler.ts";
import { scanFolder } from "../harness/secret-scan/scan-folder.ts";
import { scanProcesses } from "../harness/secret-scan/scan-processes.ts";
import { secretTraces } from "../harness/secret-scan/secret-traces.ts";
import { createTraceFinder, type TraceFinder } from "../harness/secret-scan/trace-finder.ts";
import { cacheFolder } from "../rig/cache-folder.ts";

// No expectation here is about a secret itself: its failure would print it.
const account = rig.env.OPCONNECT_SANDBOX_HOME ?? "";
const startedAt = new Date();
const run = promisify(execFile);

describe("after the whole life of an environment", () => {
  let project: Project;
  let processes: readonly SampledProcess[];
  let opCalls: readonly (readonly string[])[];
  let holdsSecret: TraceFinder;
  /** One secret of each kind, by what it is. */
  let kinds: Readonly<Record<string, string>>;
  /** The state after each step, as a person with the passphrase could read it. */
  const states: Record<string, string> = {};

  beforeAll(async () => {
    const secretsBefore = new Set(await listSecrets(account));
    const callsBefore = (await readCallLog(account)).length;
    const sampler = await startProcessSampler();
    project = await createProject({
      ...rig,
      name: "secrets",
      config: environmentConfig(rig, "secrets"),
    });
    await keep("preview", await project.preview());
    await keep("up", await verbosely("up", "up"));
    const vaultId = (await listedVaults(rig)).get("secrets-prod-app") ?? "";
    const [typed, edited] = [newFields(), newFields()];
    await typeItem(rig, "postgres", vaultId, typed);
    const arrived = await waitForSecret(rig, { namespace: "secrets-app", name: "postgres" });
    await editItem(rig, "postgres", vaultId, edited);
    await waitForSecret(rig, { namespace: "secrets-app", name: "postgres" }, { before: arrived });
    await keep("second-up", await project.up());
    const credentialsFile = await storedValue(rig, "opconnect/secrets/prod/credentials");
    kinds = {
      "credentials file": credentialsFile,
      "key of a credentials file": JSON.parse(credentialsFile).uniqueKey.k,
      "Connect token": await storedValue(rig, "opconnect/secrets/prod/operator-token"),
      "concealed value of an item": typed.find(({ id }) => id === "password")?.value ?? "",
      "plain value of an item": typed.find(({ id }) => id === "hostname")?.value ?? "",
    };
    await project.configure(environmentConfig(rig, "secrets", { revision: 2 }));
    await keep("revision", await verbosely("revision", "up"));
    await keep("destroy", await verbosely("destroy", "destroy"));
    processes = await sampler.stop();
    opCalls = (await readCallLog(account)).slice(callsBefore).map(({ argv }) => argv);
    const produced = (await listSecrets(account)).filter((secret) => !secretsBefore.has(secret));
    const values = [...typed, ...edited].map(({ value }) => value);
    holdsSecret = createTraceFinder(secretTraces([...produced, ...values]));
  });
  afterAll(removePlanted);

  test("no state holds a secret, not even encrypted", async () => {
    const findings = Object.keys(states).filter((step) => holdsSecret(states[step] ?? ""));
    expect(findings).toEqual([]);
    const holdsEncrypted = createTraceFinder(["ciphertext"]);
    const holdsResource = createTraceFinder(["urn:pulumi:main::secrets::"]);
    for (const kind of ["stacks", "history", "backups"]) {
      const folder = join(rig.dir, "pulumi-state/.pulumi", kind, "secrets");
      expect(scanFolder(folder, holdsResource), kind).not.toEqual([]);
      expect(scanFolder(folder, holdsEncrypted), kind).toEqual([]);
    }
  });

  test("no file of the rig, the temporary folder or the cache holds a secret", async () => {
    expect(scanFiles(holdsSecret)).toEqual([]);
  });

  test("no process had a secret in its arguments or its environment", () => {
    expect(scanProcesses(processes, holdsSecret, isInPod)).toEqual([]);
  });

  test("every run of op was seen while it ran", () => {
    const seen = new Set(processes.map(({ args }) => args.slice(args.indexOf("op")).join(" ")));
    const missed = opCalls.filter((argv) => !seen.has(["op", ...argv].join(" ")));
    expect(opCalls).not.toEqual([]);
    expect(missed).toEqual([]);
  });

  test("these searches find a secret of each kind, wherever it is planted", async () => {
    const planted = await plantFiles(kinds);
    const found = new Set(scanFiles(holdsSecret));
    await removePlanted();
    expect(planted.filter((path) => !found.has(path))).toEqual([]);

    for (const [kind, secret] of Object.entries(kinds)) {
      const state = JSON.stringify({ deployment: { outputs: { secret } } });
      expect(holdsSecret(state), kind).toBe(true);
      const sampler = await startProcessSampler();
      await run("sh", ["-c", "sleep 0.5", secret]);
      await run("sleep", ["0.5"], { env: { ...process.env, FIXTURE: secret } });
      const places = scanProcesses(await sampler.stop(), holdsSecret, isInPod);
      const sorts = new Set(places.map(({ place }) => place.split(" ")[0]));
      expect(sorts, kind).toEqual(new Set(["arguments", "environment"]));
    }
  });

  /** Has the engine tell all it knows, and what it and its plugins say to each other. */
  function verbosely(step: string, command: "up" | "destroy"): Promise<Run> {
    const words = [command, "--yes", "--skip-preview", "--logtostderr", "-v=9"];
    return project.pulumi(words, { PULUMI_DEBUG_GRPC: join(project.dir, `${step}.grpc.json`) });
  }

  /** Keeps what a run printed and logged, so that it is searched too, and the state after it. */
  async function keep(step: string, { exitCode, output }: Run): Promise<void> {
    expect(exitCode, output).toBe(0);
    await writeFile(join(project.dir, `${step}.log`), output);
    await rename(join(project.dir, "events.json"), join(project.dir, `${step}.events.json`));
    states[step] = (await project.pulumi(["stack", "export", "--show-secrets"])).output;
  }
});

/** Everything that was written to disk since the start, but for what is made to hold secrets. */
function scanFiles(holdsSecret: TraceFinder): readonly string[] {
  const scans = [
    { folder: rig.dir, isExempt: isStore },
    // The rig's folder lies in there.
    { folder: tmpdir(), isExempt: (path: string) => join(tmpdir(), path) === rig.dir },
    { folder: cacheFolder(), isExempt: () => false },
  ];
  return scans.flatMap(({ folder, isExempt }) =>
    scanFolder(folder, holdsSecret, { isExempt, since: startedAt }).map(({ place }) =>
      join(folder, place),
    ),
  );
}

/** The account of 1Password, and the cluster's Secrets: etcd keeps them as they are. */
function isStore(path: string): boolean {
  return /^1password\/account\.json|^kubernetes\/control-plane-[^/]+\/etcd$/.test(path);
}

/**
 * The chart hands the token to the operator, and up to 2.2.1 the credentials file to Connect, in the
 * environment of their containers. That is its own contract, and no other process is let off.
 */
function isInPod({ environment }: SampledProcess): boolean {
  return environment.includes("OPCONNECT_RIG_POD=1");
}

const plantedFolders = [
  join(rig.logDir, "planted"),
  join(rig.dir, "pulumi-state/.pulumi/history/planted"),
  join(rig.env.TMPDIR ?? "", "planted"),
  join(tmpdir(), `opconnect-planted-${process.pid}`),
  join(cacheFolder(), `planted-${process.pid}`),
];

/** Writes secrets everywhere, in all disguises. Returns the paths of the files. */
async function plantFiles(kinds: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const contents = Object.entries(kinds).flatMap(([kind, secret]) => [
    [`${kind}.json`, JSON.stringify({ resources: [{ outputs: { value: secret } }] })] as const,
    [`${kind}.gz`, gzipSync(secret)] as const,
    ...["", "x", "xy"].flatMap((before) => {
      const once = base64(`${before}${secret}, and more`);
      return [
        [`${kind} in base64 after ${before.length}`, once] as const,
        [`${kind} in base64 twice after ${before.length}`, base64(`${before}${once}`)] as const,
      ];
    }),
  ]);
  const files = plantedFolders.flatMap((folder) =>
    contents.map(async ([name, content]) => {
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, name), content, { mode: 0o600 });
      return join(folder, name);
    }),
  );
  return Promise.all(files);
}

async function removePlanted(): Promise<void> {
  for (const folder of plantedFolders) await rm(folder, { recursive: true, force: true });
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
