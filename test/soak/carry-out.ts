import { lookIntoAccount } from "../faults/judge/account-world.ts";
import { withinLimit } from "../faults/within-limit.ts";
import { ownSteps } from "../harness/look/engine-events.ts";
import { lookIntoCluster } from "./cluster-world.ts";
import type { SoakEnvironment } from "./environment.ts";
import { judge, judgeArrival, judgeLeftovers, judgeLife } from "./judge.ts";
import type { Outcome } from "./manners.ts";
import type { Step } from "./story.ts";
import type { Wanted } from "./wanted.ts";

/** No run takes longer. */
const limitMs = 120_000;

/** Brings an environment up that the program says this of. Returns what is wrong afterwards. */
export async function bringUp(
  environment: SoakEnvironment,
  wanted: Wanted,
): Promise<readonly string[]> {
  await environment.configure(wanted);
  const failed = await mustSucceed("the first up", () => environment.project.up());
  if (failed.length > 0) return failed;
  await environment.backUpState();
  await environment.typeItems(wanted, undefined);
  return [...(await judge(environment, wanted)), ...(await judgeArrival(environment, wanted))];
}

/** Takes an environment down. Returns what is left of it. */
export async function takeDown({
  client,
  project,
  rig,
}: SoakEnvironment): Promise<readonly string[]> {
  const failed = await mustSucceed("destroy", () => project.destroy());
  const { namespaces } = await lookIntoCluster(rig.kubeconfig, client);
  const minted = [...(await mintedIds({ client, rig })).keys()];
  return [...failed, ...[...namespaces, ...minted].map((name) => `${name} is left`)];
}

/** Carries out one change. Returns what is not as the program says afterwards. */
export async function carryOut(
  environment: SoakEnvironment,
  step: Step,
): Promise<readonly string[]> {
  const minted = await mintedIds(environment);
  for (const phase of [prepare, disturb, change, giveBack, lookAfter]) {
    const complaints = await phase(environment, step);
    if (complaints.length > 0) return complaints;
  }
  return keptComplaints(minted, await mintedIds(environment), environment.client, step);
}

type Phase = (environment: SoakEnvironment, step: Step) => Promise<readonly string[]>;

const prepare: Phase = async (environment, step) => {
  const prepared = await step.manner.prepare?.(environment, step);
  await environment.backUpState();
  await environment.configure(step.attempted);
  return failures("a run before the change", prepared);
};

const disturb: Phase = async (environment, step) => {
  const { after, manner } = step;
  if (manner.disturbedUp === undefined) return [];
  const run = () => manner.disturbedUp?.(environment, step);
  // It may be several runs.
  const { complaints } = await timed("what goes wrong", run, 3 * limitMs);
  if (complaints.length > 0) return complaints;
  await environment.configure(after);
  const repaired = await manner.repair?.(environment, step);
  return [...(await judgeLife(environment)), ...failures("a run that repairs", repaired)];
};

const change: Phase = async (environment, { after }) => {
  const failed = await mustSucceed("up", () => environment.project.up());
  return failed.length > 0 ? failed : judgeLeftovers(environment, after);
};

const giveBack: Phase = async (environment, { manner }) =>
  failures("a run that gives back", await manner.restore?.(environment));

const lookAfter: Phase = async (environment, { after, random }) => {
  await environment.typeItems(after, random.pick(Object.keys(after.items)));
  const lasting = await judge(environment, after);
  if (lasting.length > 0) return lasting;
  const [late, { value: again, complaints }] = await Promise.all([
    judgeArrival(environment, after),
    timed("up again", () => environment.project.up()),
  ]);
  const changed = ownSteps(again?.events ?? []);
  return [
    ...late,
    ...complaints,
    ...failure("up again", again),
    ...(changed.length > 0 ? [`up again still changes: ${changed.join(", ")}`] : []),
  ];
};

/** Runs `pulumi`, and complains of a failure as well as of too long a time. */
async function mustSucceed(name: string, run: () => Promise<Outcome>): Promise<readonly string[]> {
  const { value, complaints } = await timed(name, run);
  return [...complaints, ...failure(name, value)];
}

function failures(name: string, outcomes: readonly Outcome[] = []): readonly string[] {
  return outcomes.flatMap((outcome) => failure(name, outcome));
}

function failure(name: string, outcome: Outcome | undefined): readonly string[] {
  if (outcome === undefined || outcome.exitCode === 0) return [];
  return [`${name} ended with ${outcome.exitCode}: ${shortened(outcome.output)}`];
}

/** How it began to fail, and how it ended. */
function shortened(output: string): string {
  const lines = output.trim().split("\n");
  const first = lines.findIndex((line) => /error:|ended with/.test(line));
  const shown = lines.filter(
    (_, at) => (at >= first && at < first + 25) || at >= lines.length - 25,
  );
  return shown.join("\n       ");
}

/** What a run comes to within its time; none if it takes longer. Then it is left to itself. */
async function timed<T>(name: string, run: () => Promise<T> | undefined, limit = limitMs) {
  const value = await withinLimit(Promise.resolve(run()), limit);
  if (value !== "hung") return { value, complaints: [] };
  return { value: undefined, complaints: [`${name} took more than ${limit / 1000} s`] };
}

/** Ids of the live servers and tokens by name. */
async function mintedIds({ client, rig }: Pick<SoakEnvironment, "client" | "rig">) {
  const account = await lookIntoAccount(rig.env.OPCONNECT_SANDBOX_HOME ?? "");
  const own = [...account.connectServers, ...account.connectTokens].filter(({ name }) =>
    name.startsWith(`${client}-`),
  );
  return new Map(own.map(({ id, name }) => [name, id]));
}

/** What a change does not touch lives on: the same server, and a token whose scope is the same. */
function keptComplaints(
  old: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
  client: string,
  { before, attempted, manner }: Step,
): readonly string[] {
  if (before.revision !== attempted.revision) return [];
  const tokens = ["operator", ...Object.keys(before.tokens)]
    .filter((consumer) => consumer !== manner.revokes)
    .filter((consumer) => scopeOf(before, consumer) === scopeOf(attempted, consumer));
  return [`${client}-prod`, ...tokens.map((consumer) => `${client}-prod-${consumer}`)]
    .filter((name) => now.get(name) !== old.get(name))
    .map((name) => `${name} was replaced in 1Password, which nothing asked for`);
}

/** The vaults that a token covers, with what it may do there. */
function scopeOf({ vaults, vaultOptions, tokens }: Wanted, consumer: string): string {
  const keys = consumer === "operator" ? vaults : (tokens[consumer] ?? []);
  return keys.map((key) => `${key}:${vaultOptions[key]?.access ?? "read"}`).join();
}
