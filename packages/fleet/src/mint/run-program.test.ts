import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DeclaredResource } from "./monitor.ts";
import { runProgram } from "./run-program.ts";
import { loadRuntime } from "./runtime.ts";

const libraries = join(import.meta.dirname, "../../../../node_modules");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "opconnect-program-"));
  await symlink(libraries, join(folder, "node_modules"));
  await writeFile(join(folder, "package.json"), '{"name":"program","main":"index.js"}');
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs a program; each resource of ours has the id that its kind has here. */
async function declared(
  program: string,
  ids: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
) {
  await writeFile(join(folder, "index.js"), program);
  const found: DeclaredResource[] = [];
  const run = runProgram(
    {
      project: {
        name: "acme",
        root: folder,
        file: join(folder, "Pulumi.yaml"),
        programFolder: folder,
        entryPoint: ".",
        stackFolder: folder,
        runtime: "nodejs",
        runtimeOptions: {},
      },
      stack: "acme-prod",
      organization: "organization",
      ...(signal && { signal }),
      configuration: {
        values: { "acme:client": "acme", "acme:password": "fixture+secret" },
        secretKeys: ["acme:password"],
      },
      async declare(resource) {
        found.push(resource);
        return ids[resource.kind];
      },
    },
    await loadRuntime(folder),
  );
  await run;
  return found;
}

const environment = `
const { Vaults, ConnectServer } = require("@opconnect/pulumi");
const { Config, ComponentResource } = require("@pulumi/pulumi");
const client = new Config().require("client");
`;

test("a program declares what it makes with its configuration, in the order in which it can be made", async () => {
  const program = `${environment}
    class Outer extends ComponentResource {
      constructor() { super("acme:index:Outer", "outer"); }
    }
    class Inner extends ComponentResource {
      constructor(parent) { super("acme:index:Inner", "inner", {}, { parent }); }
    }
    const parent = new Inner(new Outer());
    const vaults = new Vaults("v", { client, environment: "prod", vaults: ["app"] }, { parent });
    new ConnectServer("s", { name: "acme-prod", vaults: vaults.grants, secretId: "one" });
  `;
  const id = "vault".padEnd(26, "0");
  const found = await declared(program, { Vault: id });
  expect(found.map(({ kind }) => kind)).toEqual(["Vault", "ConnectServer"]);
  expect(found[0]?.urn).toBe(
    "urn:pulumi:acme-prod::acme::acme:index:Outer$acme:index:Inner$opconnect:index:Vaults$pulumi-nodejs:dynamic/opconnect:Vault::acme-prod-app",
  );
  expect(found[1]).toMatchObject({
    inputs: {
      name: "acme-prod",
      vaults: [{ key: "app", id, access: "read" }],
      holder: "urn:pulumi:acme-prod::acme::pulumi-nodejs:dynamic/opconnect:ConnectServer::s",
    },
    isTransformed: false,
  });
});

test("what is not known yet says so, and a provider's answer is not known either", async () => {
  const program = `${environment}
    const { runtime } = require("@pulumi/pulumi");
    const account = runtime.invokeOutput("aws:index/getCallerIdentity:getCallerIdentity", {}, {});
    const vaults = new Vaults("v", { client, environment: "prod", vaults: ["app"] });
    new ConnectServer("s", {
      name: account.apply(({ id }) => id),
      vaults: vaults.grants,
      secretId: "one",
    });
  `;
  const found = await declared(program);
  const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  expect(found[1]?.inputs).toMatchObject({ name: unknown, vaults: [{ key: "app", id: unknown }] });
});

test("a transform of a parent is seen", async () => {
  const program = `${environment}
    class Outer extends ComponentResource {
      constructor(options) { super("acme:index:Outer", "outer", {}, options); }
    }
    const parent = new Outer({ transforms: [(args) => ({ props: args.props, opts: args.opts })] });
    new Vaults("v", { client, environment: "prod", vaults: ["app"] }, { parent });
  `;
  expect(await declared(program)).toMatchObject([{ kind: "Vault", isTransformed: true }]);
});

test("a program that fails is told without its own words, in which secrets may stand", async () => {
  const program = `${environment}
    const password = new Config().require("password");
    console.log(Buffer.from(password).toString("hex"));
    throw new TypeError("no such thing: " + encodeURIComponent(password));
  `;
  await expect(declared(program)).rejects.toMatchObject({
    code: "PROGRAM_FAILED",
    message: `The program of the stack acme-prod threw a TypeError at index.js:8. \`pulumi preview --stack acme-prod\` shows its own words, which may hold secrets. [PROGRAM_FAILED]`,
  });
});

test.runIf(process.platform === "linux").each([
  ["waits for ever", ""],
  ["never lets go of the processor", "while (true);"],
])("a program that %s is ended when its time is up, with what it started", async (_, last) => {
  const pids = join(folder, "pids");
  const program = `
    const { spawn } = require("node:child_process");
    const { pid } = spawn("sh", ["-c", "trap '' TERM INT; sleep 300"], { detached: true, stdio: "ignore" });
    require("node:fs").writeFileSync(${JSON.stringify(pids)}, process.pid + " " + pid);
    setInterval(() => {}, 1000);
    ${last}
    module.exports = { never: new Promise(() => {}) };
  `;
  const limit = new AbortController();
  const run = declared(program, {}, limit.signal);
  const started = () => readFile(pids, "utf8").catch(() => "");
  await Promise.race([run, expect.poll(started, { timeout: 50_000 }).toMatch(/^\d+ \d+$/)]);
  limit.abort(new Error("Its time is up."));
  await expect(run).rejects.toThrow("Its time is up.");
  for (const pid of (await started()).split(" ")) {
    await expect.poll(() => isRunning(pid), { timeout: 30_000 }).toBe(false);
  }
});

/** One that nobody has asked for its end yet has ended all the same. */
async function isRunning(pid: string): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat !== "" && !/\) [ZX] /.test(stat);
}

test("a program without its libraries is refused", async () => {
  const bare = join(folder, "bare");
  await mkdir(bare);
  await rm(join(folder, "node_modules"));
  await expect(loadRuntime(bare)).rejects.toMatchObject({ code: "PROGRAM_NOT_INSTALLED" });
});
