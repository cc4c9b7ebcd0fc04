import { copyFile, mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { parseReportFile } from "@opconnect/fleet";
import { readCallLog } from "@opconnect/sandbox";
import { withoutOp } from "../../harness/disturb/without-op.ts";
import { activeMinted } from "../../harness/look/account.ts";
import type { RigAccess } from "../../harness/rig-access.ts";
import { check, heading, say, showCommand } from "../narrate.ts";
import { type Clients, charts, chartsFolder, createClients } from "./clients.ts";
import { runOpconnect } from "./run-opconnect.ts";

const running = ["acme-prod", "globex-prod"] as const;
const added = "initech-dev";

/** From a pull request to the fleet that it describes; returns the project. */
export async function tourFleet(rig: RigAccess, interrupted: AbortSignal): Promise<Clients> {
  const ci = { ...(await withoutOp(rig)), CHARTS: chartsFolder(rig) };
  const opCalls = () => callsOf(rig);
  const clients = await createClients(rig);
  const report = join(clients.dir, "report.json");
  const reported = async () => parseReportFile(await readFile(report, "utf8"), report).stacks;

  heading(`One program, two clients on chart ${charts[0]}`);
  await clients.add("acme", "prod");
  await clients.add("globex", "prod");
  await Promise.all(running.map((stack) => pulumi(rig, clients, "up", stack)));
  interrupted.throwIfAborted();

  heading("A pull request: another chart for all, and a client more");
  await clients.upgrade();
  await clients.add("initech", "dev");
  say(`  index.ts                   - const version = "${charts[0]}";
                             + const version = "${charts[1]}";
  Pulumi.${added}.yaml    + client: initech, environment: dev`);

  heading("CI previews all stacks, on a runner that has no op");
  const before = await opCalls();
  const files = ["--json", "report.json", "--markdown", "comment.md", "--html", "fleet.html"];
  await runOpconnect(clients.dir, ci, ["preview", ...files], 2);
  const stacks = await reported();
  check(
    "all three stacks change",
    stacks.length === 3 && stacks.every(({ outcome }) => outcome === "changed"),
  );
  const minting = stacks.flatMap((stack) => stack.minting.map((need) => ({ ...need, stack })));
  check(
    `only ${added} needs a person who is signed in to 1Password`,
    minting.length > 0 && minting.every(({ stack }) => stack.stack === added),
  );
  check("op was not called", (await opCalls()) === before);

  heading("The comment of the pull request, as Markdown");
  const comment = await readFile(join(clients.dir, "comment.md"), "utf8");
  say(comment.trimEnd());
  const told = comment.match(new RegExp(`chart ${charts.join(" → ")}`, "g")) ?? [];
  check("the same change to two environments is told once", told.length === 1, `${told.length}`);
  const page = join(await mkdtemp(join(tmpdir(), "opconnect-fleet-")), "fleet.html");
  await copyFile(join(clients.dir, "fleet.html"), page);
  say(`The same as a page, which stays: ${pathToFileURL(page).href}`);
  interrupted.throwIfAborted();

  heading("An admin mints: signed in to op, without kubeconfig and without state");
  const admin = {
    ...rig.env,
    CHARTS: chartsFolder(rig),
    KUBECONFIG: "/nonexistent",
    PULUMI_BACKEND_URL: "file:///nonexistent",
    PULUMI_CONFIG_PASSPHRASE: undefined,
  };
  await runOpconnect(clients.dir, admin, ["mint", "--yes"]);
  const minted = await activeMinted(rig, "initech");
  check(
    "1Password has its Connect server, with one Connect token",
    minted.servers === 1 && minted.tokens === 1,
  );
  check("the cluster has nothing of it", !(await namespaces(rig)).includes(`${added}-1password`));
  interrupted.throwIfAborted();

  heading("CI applies what was reviewed, in two waves, still without op");
  const soFar = await opCalls();
  const words = ["up", "--reviewed", "report.json", "--waves", "30%,rest", "--yes"];
  await runOpconnect(clients.dir, ci, words);
  check("op was not called", (await opCalls()) === soFar);
  check(
    "what was minted is in the cluster",
    (await namespaces(rig)).includes(`${added}-1password`),
  );
  interrupted.throwIfAborted();

  heading("The fleet, from states and the tags of the store alone");
  await runOpconnect(clients.dir, ci, ["status"]);

  heading("Preview again: nothing is left to do");
  await runOpconnect(clients.dir, ci, ["preview", "--json", "report.json"]);
  check(
    "no stack changes",
    (await reported()).every(({ outcome }) => outcome === "unchanged"),
  );
  return clients;
}

/** Takes all environments down, and checks what is left. */
export async function tearDownFleet(rig: RigAccess, clients: Clients): Promise<void> {
  heading("Destroy: Connect servers and tokens go");
  await Promise.all([...running, added].map((stack) => pulumi(rig, clients, "destroy", stack)));
  const left = await Promise.all(
    ["acme", "globex", "initech"].map((client) => activeMinted(rig, client)),
  );
  check(
    "no Connect server and no Connect token is left",
    left.every(({ servers, tokens }) => servers + tokens === 0),
  );
}

/** Runs a command of `pulumi` to its end, and says how long it took. */
async function pulumi(
  rig: RigAccess,
  clients: Clients,
  command: "up" | "destroy",
  stack: string,
): Promise<void> {
  const words = [command, "--yes", "--skip-preview", "--stack", stack];
  const started = performance.now();
  const { exitCode, stdout, stderr } = await clients.pulumi(words, { CHARTS: chartsFolder(rig) });
  if (exitCode !== 0) throw new Error(`pulumi ${words.join(" ")}:\n${stdout}${stderr}`);
  showCommand(["pulumi", ...words]);
  const counts = /^Resources:\n((?: +.*\n)+)/m.exec(stdout)?.[1] ?? "";
  const seconds = Math.round((performance.now() - started) / 1000);
  say(`  ${counts.trim().split(/\n\s*/).join(", ")}, ${seconds} s`);
}

async function callsOf({ env }: RigAccess): Promise<number> {
  return (await readCallLog(env.OPCONNECT_SANDBOX_HOME ?? "")).length;
}

async function namespaces({ kubeconfig }: RigAccess): Promise<readonly (string | undefined)[]> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const { items } = await config.makeApiClient(CoreV1Api).listNamespace();
  return items.map(({ metadata }) => metadata?.name);
}
