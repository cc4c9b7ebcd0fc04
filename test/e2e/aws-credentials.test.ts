import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { addServiceAccount, clearFailures, injectFailure, listSecrets } from "@opconnect/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import {
  documentedTitle,
  type Engineer,
  helper,
  homeMadeScript,
  setUpEngineer,
} from "../harness/aws/engineer.ts";
import { startHelper, until } from "../harness/aws/killed-helper.ts";
import { type MfaUser, newMfaUser, typeAccessKey, vaultName } from "../harness/aws/mfa-user.ts";
import { callsAbout, type ItemNames } from "../harness/aws/op-calls.ts";
import type { Answer, Workplace } from "../harness/aws/workplace.ts";
import { op } from "../harness/look/account.ts";
import { rig } from "../harness/rig-lane.ts";
import {
  type SampledProcess,
  startProcessSampler,
} from "../harness/secret-scan/process-sampler.ts";
import { scanFolder } from "../harness/secret-scan/scan-folder.ts";
import { scanProcesses } from "../harness/secret-scan/scan-processes.ts";
import { secretTraces } from "../harness/secret-scan/secret-traces.ts";
import { createTraceFinder, type TraceFinder } from "../harness/secret-scan/trace-finder.ts";
import { printProgress } from "../rig/progress.ts";

// No expectation here is about a secret itself: its failure would print it.
const account = rig.env.OPCONNECT_SANDBOX_HOME ?? "";
const consumers = join(import.meta.dirname, "../harness/aws");
let engineer: Engineer;

beforeAll(async () => {
  engineer = await setUpEngineer(rig, printProgress());
});
afterAll(async () => {
  await clearFailures(account);
  await engineer.stop();
});

describe("with the profile of the documentation", () => {
  let user: MfaUser;
  beforeAll(async () => {
    ({ user } = await engineer.newUser(documentedTitle));
  });

  test("the AWS CLI knows who it is, and may list secrets", async () => {
    const identity = await answerOf(["aws", "sts", "get-caller-identity", "--output", "json"]);
    expect(identity).toMatchObject({ Account: "123456789012" });
    const listed = await answerOf(["aws", "secretsmanager", "list-secrets", "--output", "json"]);
    expect(listed).toMatchObject({ SecretList: expect.any(Array) });
  });

  test("the AWS CLI assumes the role of another profile", async () => {
    const command = ["aws", "--profile", "acme-prod", "sts", "get-caller-identity"];
    expect(await answerOf([...command, "--output", "json"])).toMatchObject({
      Arn: expect.stringMatching(/^arn:aws:sts::999999999999:assumed-role\/Deploy\//),
    });
  });

  test.each([
    ["the default chain", []],
    ["fromProcess", ["process"]],
  ])("the AWS SDK for JavaScript works with %s", async (_, words) => {
    const answer = await answerOf(["node", join(consumers, "javascript-sdk.ts"), ...words]);
    expect(answer).toMatchObject({ keyId: currentKeyId(), secrets: expect.any(Number) });
  });

  test("the AWS SDK for JavaScript assumes the role of another profile", async () => {
    const command = ["node", join(consumers, "javascript-sdk.ts")];
    expect(await answerOf(command, { AWS_PROFILE: "acme-prod" })).toMatchObject({
      arn: expect.stringMatching(/^arn:aws:sts::999999999999:assumed-role\/Deploy\//),
    });
  });

  test("boto3 works with its own chain", async () => {
    const answer = await answerOf([engineer.tools.python, join(consumers, "boto3_session.py")]);
    expect(answer).toMatchObject({ keyId: currentKeyId(), secrets: expect.any(Number) });
  });

  test("awsume switches to a role, although it splits the line at every space", async () => {
    const line = ". awsume acme-prod && aws sts get-caller-identity --output json";
    expect(await answerOf(["bash", "-c", line])).toMatchObject({
      Arn: "arn:aws:sts::999999999999:assumed-role/Deploy/acme-prod",
    });
  });

  test("awsume exports the session itself", async () => {
    const line = '. awsume default && echo "\\"$AWS_ACCESS_KEY_ID\\""';
    expect(await answerOf(["bash", "-c", line])).toBe(currentKeyId());
  });

  test("AWS variables of the shell change nothing", async () => {
    const foreign = {
      AWS_ACCESS_KEY_ID: "AKIAFOREIGNFOREIGN22",
      AWS_SECRET_ACCESS_KEY: "foreign-fixture",
      AWS_SESSION_TOKEN: "foreign-fixture",
      AWS_PROFILE: "acme-prod",
      AWS_DEFAULT_PROFILE: "nowhere",
      AWS_REGION: "us-gov-west-1",
      AWS_CONFIG_FILE: join(rig.dir, "nowhere"),
    };
    expect(
      await sessionOf(await engineer.workplace.run(helper(documentedTitle), foreign)),
    ).toMatchObject({
      AccessKeyId: currentKeyId(),
    });
  });

  test("all of them shared one session", () => {
    expect(engineer.gateway.sessionCalls(user).map(({ status }) => status)).toEqual([200]);
  });

  function currentKeyId(): string | undefined {
    return engineer.gateway.issued.at(-1)?.accessKeyId;
  }
});

describe("beside the home-made script", () => {
  test("the script takes our session", async () => {
    const { user, item } = await engineer.newUser("Ours First");
    const ours = await sessionOf(await engineer.workplace.run(helper(item.title)));
    const theirs = await sessionOf(await engineer.workplace.run(homeMadeScript(item.title)));
    expect(theirs).toEqual(ours);
    expect(ours.Expiration).toBeGreaterThan(Date.now());
    expect(engineer.gateway.sessionCalls(user)).toHaveLength(1);
  });

  test("we take the session of the script", async () => {
    const { user, item } = await engineer.newUser("Theirs First");
    const theirs = await sessionOf(await engineer.workplace.run(homeMadeScript(item.title)));
    const ours = await sessionOf(await engineer.workplace.run(helper(item.title)));
    expect(ours).toEqual(theirs);
    expect(engineer.gateway.sessionCalls(user)).toHaveLength(1);
  });
});

describe("many at once", () => {
  test("of 50 helpers one asks STS, with one code, and all answer", async () => {
    const { user, item } = await engineer.newUser("Fifty At Once");
    // A busy machine starts these 150 processes in more than the usual two minutes.
    const command = helper(item.title, "--timeout", "8m");
    const runs = Array.from({ length: 50 }, () => engineer.workplace.run(command));
    const sessions = await Promise.all((await Promise.all(runs)).map(sessionOf));
    expect(new Set(sessions.map(({ AccessKeyId }) => AccessKeyId)).size).toBe(1);
    expect(engineer.gateway.sessionCalls(user).map(({ status }) => status)).toEqual([200]);
    const calls = await callsAbout(rig, item);
    expect(calls.filter(({ argv }) => argv.includes("--otp")).length).toBeLessThanOrEqual(1);
    expect(calls.filter(({ argv }) => argv[1] === "edit")).toHaveLength(1);
  });

  test.concurrent.each(
    // Where a code is used up, the next run waits for the next one.
    // Failures are injected by how a call begins: no step may begin as another one does.
    [
      { step: "first reads the item", calls: [1] },
      { step: "waits for STS", calls: [2] },
      { step: "reads the item again to store", calls: [1, 2] },
      { step: "has not stored the session yet", calls: [2] },
      { step: "has stored the session", calls: [1] },
    ],
  )("the others answer if the first is killed when it $step", async ({ step, calls }) => {
    const { user, item } = await engineer.newUser(`Killed ${step}`);
    const hold = await holdAt(step, user, item);
    // Up to 30 seconds are for the next code; the rest is for a busy machine.
    const command = helper(item.title, "--timeout", "5m");
    const first = startHelper(engineer.workplace, command);
    await hold.reached();
    const others = Array.from({ length: 4 }, () => engineer.workplace.run(command));
    await until("the others are there", async () => (await callsAbout(rig, item)).length > 4);
    await first.kill();
    hold.release();
    const sessions = await Promise.all((await Promise.all(others)).map(sessionOf));
    expect(new Set(sessions.map(({ AccessKeyId }) => AccessKeyId)).size).toBe(1);
    const granted = engineer.gateway.sessionCalls(user).filter(({ status }) => status === 200);
    expect(calls).toContain(granted.length);
  });

  /** Has the first helper stay where it is, once it got there. */
  async function holdAt(step: string, user: MfaUser, item: ItemNames) {
    const calls = (word: string) =>
      callsAbout(rig, item).then((all) => all.filter(({ argv }) => argv[1] === word));
    const hold = (match: string, when: "before" | "after" = "before") =>
      injectFailure(account, { match, kind: "hang", when });
    const release = () => {};
    switch (step) {
      case "waits for STS": {
        const release = engineer.gateway.holdAnswers(user);
        const isAsked = async () => engineer.gateway.sessionCalls(user).length > 0;
        return { reached: () => until(step, isAsked), release };
      }
      case "first reads the item":
      case "reads the item again to store": {
        const name = step === "first reads the item" ? item.title : item.id;
        await hold(`item get ${name}`);
        const isRead = async () =>
          (await calls("get")).some(({ endedAt, argv }) => !endedAt && argv.includes(name));
        return { reached: () => until(step, isRead), release };
      }
      case "has stored the session": {
        await hold(`item edit ${item.id}`, "after");
        const before = await versionOf(item);
        const isStored = async () => (await versionOf(item)) !== before;
        return { reached: () => until(step, isStored), release };
      }
      default: {
        await hold(`item edit ${item.id}`);
        const isEdited = async () => (await calls("edit")).length > 0;
        return { reached: () => until(step, isEdited), release };
      }
    }
  }
});

/** By a list, which is not counted as a call about the item. */
async function versionOf({ id }: ItemNames): Promise<number | undefined> {
  const items = z
    .array(z.object({ id: z.string(), version: z.number() }))
    .parse(await op(rig, ["item", "list", "--vault", vaultName]));
  return items.find((each) => each.id === id)?.version;
}

test("a service account that may edit items serves CI", async () => {
  const { user, item } = await engineer.newUser("For CI");
  const token = await addServiceAccount(account, {
    name: "ci",
    vaults: { [vaultName]: ["read_items", "write_items"] },
  });
  const env = { OP_SERVICE_ACCOUNT_TOKEN: token };
  const first = await sessionOf(await engineer.workplace.run(helper(item.title), env));
  expect(await sessionOf(await engineer.workplace.run(helper(item.title), env))).toEqual(first);
  expect(engineer.gateway.sessionCalls(user)).toHaveLength(1);
});

describe("set up by the command itself", () => {
  const title = "Set Up By Itself";
  const user = newMfaUser();
  const comment = "# Accounts of the Deploy team, please keep in order.";
  let workplace: Workplace;
  let setup: Answer;

  beforeAll(async () => {
    engineer.gateway.addUser(user);
    workplace = await engineer.anotherHome("newcomer");
    const { accessKeyId, secretAccessKey, mfaSerial, totpSecret } = user;
    await writeFile(awsFile("config"), `${comment}\n[default]\nregion = eu-central-1\n`);
    const keys = `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
    await writeFile(awsFile("credentials"), `[default]\n${keys}`);
    const flags = ["--import", "--remove-clear-keys", "--from-stdin", "--yes"];
    const place = ["--item", title, "--vault", vaultName];
    const input = JSON.stringify({ mfaSerial, oneTimePassword: totpSecret });
    const command = ["opconnect", "aws-credentials", "setup", ...place, ...flags];
    setup = await workplace.run(command, {}, input);
  });

  test("the profile is written where it belongs, and the keys in clear are gone", async () => {
    expect(setup.exitCode, setup.stderr).toBe(0);
    const line = `credential_process = opconnect aws-credentials --item "${title}" --vault ${vaultName}`;
    const config = await readFile(awsFile("config"), "utf8");
    expect(config.startsWith(`${comment}\n[default]\nregion = eu-central-1\n`)).toBe(true);
    expect(config).toContain(line);
    const credentials = await readFile(awsFile("credentials"), "utf8").catch(() => "");
    expect(credentials.includes(user.secretAccessKey)).toBe(false);
  });

  test("tools work with it at once, and with the session of its own test", async () => {
    const { exitCode, stdout, stderr } = await workplace.run([
      engineer.tools.python,
      join(consumers, "boto3_session.py"),
    ]);
    expect(exitCode, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ secrets: expect.any(Number) });
    expect(engineer.gateway.sessionCalls(user)).toHaveLength(1);
  });

  test("its status names the profile, and `clear` empties the field", async () => {
    const status = await workplace.run(["opconnect", "aws-credentials", "status", "--json"]);
    expect(status.exitCode, status.stderr).toBe(0);
    expect(JSON.stringify(JSON.parse(status.stdout))).toContain(title);
    const command = [
      "opconnect",
      "aws-credentials",
      "clear",
      "--item",
      title,
      "--vault",
      vaultName,
    ];
    const cleared = await workplace.run(command);
    expect(cleared.exitCode, cleared.stderr).toBe(0);
    const words = ["item", "get", title, "--vault", vaultName, "--format", "json"];
    const { stdout } = await workplace.run(["op", ...words]);
    const { fields } = z
      .object({ fields: z.array(z.object({ label: z.string(), value: z.string().optional() })) })
      .parse(JSON.parse(stdout));
    const kept = fields.filter(({ label, value }) => label === "session_cache" && value);
    expect(kept.length).toBe(0);
  });

  test("nothing that it says holds a secret", () => {
    const holdsSecret = createTraceFinder(secretTraces([user.secretAccessKey, user.totpSecret]));
    expect(holdsSecret(setup.stdout + setup.stderr)).toBe(false);
  });

  function awsFile(name: string): string {
    return join(workplace.home, ".aws", name);
  }
});

describe("in all it does", () => {
  const startedAt = new Date();
  let item: ItemNames;
  let home: string;
  let processes: readonly SampledProcess[];
  let complaints: readonly string[];
  let holdsSecret: TraceFinder;

  beforeAll(async () => {
    const { user, item: typed } = await engineer.newUser("Searched For");
    item = typed;
    const workplace = await engineer.anotherHome("searched", item.title);
    home = workplace.home;
    const secretsBefore = new Set(await listSecrets(account));
    const issuedBefore = engineer.gateway.issued.length;
    const sampler = await startProcessSampler();
    const programs = [
      [engineer.tools.python, join(consumers, "boto3_session.py")],
      ["node", join(consumers, "javascript-sdk.ts")],
      ...Array.from({ length: 4 }, () => helper(item.title)),
    ];
    for (const { exitCode, stderr } of await Promise.all(
      programs.map((each) => workplace.run(each)),
    ))
      expect(exitCode, stderr).toBe(0);
    await typeAccessKey(rig, newMfaUser(), "Deleted Key");
    complaints = await failInAllWays(workplace, item);
    processes = await sampler.stop();
    const produced = (await listSecrets(account)).filter((secret) => !secretsBefore.has(secret));
    const sessions = engineer.gateway.issued.slice(issuedBefore);
    holdsSecret = createTraceFinder(
      secretTraces([
        user.secretAccessKey,
        user.totpSecret,
        ...produced,
        ...sessions.flatMap(({ secretAccessKey, sessionToken }) => [secretAccessKey, sessionToken]),
      ]),
    );
  });

  test("no process had a secret in its arguments or its environment", () => {
    expect(scanProcesses(processes, holdsSecret)).toEqual([]);
  });

  test("every run of op was seen while it ran", async () => {
    const seen = new Set(processes.map(({ args }) => args.slice(args.indexOf("op")).join(" ")));
    const calls = (await callsAbout(rig, item)).filter(
      ({ startedAt: at }) => new Date(at) > startedAt,
    );
    expect(calls.length).toBeGreaterThan(5);
    // Typing the item was ours, before the count began.
    const missed = calls.slice(1).filter(({ argv }) => !seen.has(["op", ...argv].join(" ")));
    expect(missed).toEqual([]);
    expect(calls.filter(({ secretInArguments }) => secretInArguments)).toEqual([]);
  });

  test("no file holds a secret", () => {
    for (const folder of [home, rig.logDir, rig.env.TMPDIR ?? "", join(rig.dir, "opconnect")]) {
      expect(scanFolder(folder, holdsSecret, { since: startedAt }), folder).toEqual([]);
    }
  });

  test("no complaint holds a secret, and each is one line with a code", () => {
    expect(complaints.filter(holdsSecret)).toEqual([]);
    expect(complaints.filter((text) => !/^opconnect: .+ \[[A-Z_]+\]$/.test(text))).toEqual([]);
  });

  test("the same search finds what the home-made script shows to everybody", async () => {
    const { user, item: other } = await engineer.newUser("Shown To Everybody");
    const sampler = await startProcessSampler();
    const { exitCode, stderr } = await engineer.workplace.run(homeMadeScript(other.title));
    expect(exitCode, stderr).toBe(0);
    const sampled = await sampler.stop();
    const tokens = engineer.gateway.issued.slice(-1).map(({ sessionToken }) => sessionToken);
    const finds = createTraceFinder(secretTraces([user.secretAccessKey, ...tokens]));
    const places = scanProcesses(sampled, finds).map(({ place }) => place.split(" ")[0]);
    expect(new Set(places)).toEqual(new Set(["arguments", "environment"]));
  });

  /** What it complains about, without ever printing half an answer. */
  async function failInAllWays(
    workplace: Workplace,
    { title }: ItemNames,
  ): Promise<readonly string[]> {
    const failures = [
      { command: helper("No Such Item") },
      { command: helper(title, "--cache", "none", "--timeout", "1s"), hang: `item get ${title}` },
      { command: helper(title), exit: `item get ${title}` },
      {
        command: helper(title, "--cache", "none"),
        env: { AWS_ENDPOINT_URL_STS: "http://127.0.0.1:9" },
      },
      { command: helper(title, "--cache", "nowhere"), usage: true },
      { command: helper("Deleted Key") },
    ];
    const texts: string[] = [];
    for (const { command, hang, exit, env, usage } of failures) {
      if (hang) await injectFailure(account, { match: hang, kind: "hang" });
      const message = "you are not currently signed in";
      if (exit) await injectFailure(account, { match: exit, kind: "exit", exitCode: 1, message });
      const { exitCode, stdout, stderr } = await workplace.run(command, env);
      expect({ exitCode, stdout }, command.join(" ")).toEqual({
        exitCode: usage ? 64 : 1,
        stdout: "",
      });
      texts.push(stderr);
    }
    return texts;
  }
});

/** What a command prints as JSON. */
async function answerOf(
  command: readonly string[],
  env?: Readonly<Record<string, string>>,
): Promise<unknown> {
  const { exitCode, stdout, stderr } = await engineer.workplace.run(command, env);
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout);
}

/** @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html */
async function sessionOf({ exitCode, stdout, stderr }: Answer) {
  expect(exitCode, stderr).toBe(0);
  return sessionSchema.parse(JSON.parse(stdout));
}

const sessionSchema = z.strictObject({
  Version: z.literal(1),
  AccessKeyId: z.string(),
  SecretAccessKey: z.string(),
  SessionToken: z.string(),
  // Everybody writes it otherwise, and fractions of a second are nothing to go by.
  Expiration: z.iso
    .datetime({ offset: true })
    .transform((text) => Math.trunc(Date.parse(text) / 1000) * 1000),
});
