import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderReportFile } from "@opconnect/fleet";
import { expect, vi } from "vitest";
import { askConnect } from "../../../packages/cli/src/adopt/ask-connect.ts";
import { parseSessionRequest } from "../../../packages/cli/src/aws-credentials/session/request.ts";
import { stsEndpoint } from "../../../packages/cli/src/aws-credentials/session/sts-endpoint.ts";
import { givenSecrets } from "../../../packages/cli/src/aws-credentials/setup/ask-secrets.ts";
import { parseSecrets } from "../../../packages/cli/src/aws-credentials/setup/item-parts.ts";
import { preview } from "../../../packages/cli/src/preview/preview.ts";
import { createProgram } from "../../../packages/cli/src/program.ts";
import { commentReport } from "../../../packages/cli/src/report/comment.ts";
import { readReport } from "../../../packages/cli/src/report/read.ts";
import { renderReport } from "../../../packages/cli/src/report/render.ts";
import { httpUrl } from "../../../packages/cli/src/terminal/options/http-url.ts";
import { pairs } from "../../../packages/cli/src/terminal/options/pairs.ts";
import { parseTimeLimit } from "../../../packages/cli/src/terminal/options/time-limit.ts";
import { fixtureReport } from "../../../packages/fleet/fixtures/fixture-report.ts";
import { recordedRun } from "../../../packages/fleet/fixtures/recorded-run.ts";
import { openJournal } from "../../../packages/fleet/src/apply/journal.ts";
import { planWaves } from "../../../packages/fleet/src/apply/waves.ts";
import { reviewedRequest } from "../../../packages/fleet/src/comment/ci-job.ts";
import { commentOn } from "../../../packages/fleet/src/comment/comment-on.ts";
import { describeStack } from "../../../packages/fleet/src/report/describe-stack.ts";
import { findPolicyPacks } from "../../../packages/fleet/src/stacks/policy-packs.ts";
import { gitHub } from "./fleet.ts";
import { rotate } from "./pulumi.ts";
import { corrected, type Remedies } from "./remedy.ts";

/** Where the files are that these remedies are tried on. */
const folder = await mkdtemp(join(tmpdir(), "opconnect-remedies-commands-"));
const at = (name: string) => join(folder, name);
const report = fixtureReport([describeStack(recordedRun("item-moved"))]);
await writeFile(at("report.json"), renderReportFile(report));
await writeFile(at("PulumiPolicy.yaml"), "runtime: nodejs\n");
await writeFile(at("policies.json"), "{}");
await writeFile(at("Pulumi.yaml"), "name: clients\nruntime: nodejs\n");
await writeFile(
  at("pulumi"),
  `#!/bin/sh\nwhile [ -e ${at("wait")} ]; do sleep 0.1; done\necho '[]'\n`,
  { mode: 0o755 },
);

/** A Connect that takes every token. */
const connect = createServer((_, response) => void response.end("[]"));
await new Promise<void>((done) => void connect.listen(0, "127.0.0.1", done));
const address = connect.address();
const port = typeof address === "object" ? address?.port : undefined;

export async function removeCommands(): Promise<void> {
  connect.close();
  await rm(folder, { recursive: true });
}

const session = (change: Readonly<Record<string, string | boolean>>) =>
  parseSessionRequest({ item: "AWS", ...change }, {});
const role = "arn:aws:iam::123456789012:role/Deploy";
const sts = (AWS_ENDPOINT_URL_STS?: string) =>
  stsEndpoint("eu-central-1", { AWS_ENDPOINT_URL_STS });
const plainSts = "http://sts.example.com";

/** Runs a command in the shell of a job with these variables. */
async function inJob(env: Readonly<Record<string, string>>, work: () => Promise<void>) {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  try {
    await work();
  } finally {
    vi.unstubAllEnvs();
    process.exitCode = 0;
  }
}
const job = {
  GITHUB_REPOSITORY: gitHub.repository,
  GITHUB_TOKEN: gitHub.token,
  GITHUB_API_URL: gitHub.url,
  GITHUB_REF: "refs/pull/1/merge",
  GITHUB_SHA: gitHub.sha,
  GITHUB_EVENT_PATH: "",
};
const comment = (failOn: string) => inJob(job, () => commentReport(at("report.json"), { failOn }));
const event = { pull_request: { number: 1, head: { sha: gitHub.sha } } };
const gitLab = { CI_PROJECT_ID: "1", GITLAB_TOKEN: "fixture", CI_MERGE_REQUEST_IID: "1" };
const request = (env: Readonly<Record<string, string | undefined>>) => reviewedRequest(env, event);
const check = async (sha: string, isAsked = true) => {
  const of = reviewedRequest({ ...job, GITHUB_SHA: sha }, {});
  await commentOn(of, report, { check: isAsked, failOn: "never" });
};

/** It gets as far as a project without stacks. */
async function previewed(change: object): Promise<void> {
  const lists = { client: [], environment: [], tag: [] };
  const given = { ...lists, cwd: folder, timeout: "60s", ...change };
  const path = `${folder}:${process.env.PATH}`;
  await inJob({ PATH: path }, () =>
    preview("preview", [], given).catch((error: unknown) => {
      if (!String(error).includes("[STACK_NONE_MATCHED]")) throw error;
    }),
  );
}

const run = (...words: readonly string[]) =>
  createProgram("0").parseAsync(["node", "opconnect", ...words]);
const packs = (given: readonly string[], configs: readonly string[] = []) =>
  findPolicyPacks({ packs: given, configs });
const fleet = [{ project: "clients", stack: "acme-prod", wave: "canary" }];

export const commandArgumentRemedies: Remedies = {
  PREVIEW_ENDED: {
    says: "Run it again",
    async refused() {
      await writeFile(at("wait"), "");
      setTimeout(() => process.emit("SIGHUP"), 1_000);
      await previewed({});
    },
    async mended() {
      await rm(at("wait"));
      await previewed({});
    },
  },
  ARGUMENT_INVALID: [
    corrected(
      "Pass the base URL of the running Connect",
      async (url: string) => askConnect(url)("token"),
      "http://127.0.0.1:9",
      `http://127.0.0.1:${port}`,
    ),
    {
      says: 'such as `opconnect aws-credentials --item "AWS Access Key"`',
      refused: () => parseSessionRequest({}, {}),
      mended: (error) => parseSessionRequest({ item: /--item "(.+?)"/.exec(error)?.[1] }, {}),
    },
    corrected("if that starts with a hyphen, the id", session, { item: "-AWS" }, { item: "abc" }),
    corrected("Pass one like eu-central-1", session, { region: "eu" }, { region: "eu-central-1" }),
    corrected(
      "one like arn:aws:iam::123456789012:role/Deploy",
      session,
      { "role-arn": "Deploy" },
      { "role-arn": role },
    ),
    corrected(
      "Pass 2 to 64 letters",
      session,
      { "role-arn": role, "role-session-name": "a b" },
      { "role-arn": role, "role-session-name": "a-b" },
    ),
    corrected("such as 12h", session, { duration: "40h" }, { duration: "12h" }),
    corrected("Pass from 0 to 3599 seconds", session, margin("2h"), margin("3599s")),
    corrected("Pass item, keychain or none", session, { cache: "disk" }, { cache: "keychain" }),
    corrected(
      "Leave out one of them",
      session,
      { "role-arn": role, "no-mfa": true, "direct-mfa": true },
      { "role-arn": role, "direct-mfa": true },
    ),
    corrected(
      "Pass `--role-arn` too",
      session,
      { "direct-mfa": true },
      { "role-arn": role, "direct-mfa": true },
    ),
    corrected("Unset it", sts, plainSts, undefined),
    corrected("or name an https:// address", sts, plainSts, "https://sts.example.com"),
    corrected("or an http:// one of this machine", sts, plainSts, "http://localhost:4566"),
    corrected(
      "Pass another",
      givenSecrets,
      { accessKeyId: "not a key" },
      { accessKeyId: "AKIAFIXTUREFIXTURE00" },
    ),
    {
      says: "Pass any of accessKeyId, ",
      refused: () => parseSecrets('["AKIA"]'),
      mended(error) {
        const [, names = ""] = /Pass any of ([^.]+)\./.exec(error) ?? [];
        const given = Object.fromEntries(names.split(", ").map((name) => [name, "text"]));
        expect(parseSecrets(JSON.stringify(given))).toEqual(given);
      },
    },
    corrected("Pass high, medium, low or never", comment, "severe", "high"),
    corrected("it comes from a job of GitHub Actions or GitLab CI", request, {}, job),
    corrected("the job's `github.token`", request, { ...job, GITHUB_TOKEN: undefined }, job),
    {
      says: "it comes from the event `pull_request`",
      refused: () => reviewedRequest({ ...job, GITHUB_REF: "refs/heads/main" }, {}),
      mended: () => reviewedRequest({ ...job, GITHUB_REF: "refs/heads/main" }, event),
    },
    corrected(
      "a project access token with the scope `api`",
      request,
      { ...gitLab, GITLAB_TOKEN: undefined },
      gitLab,
    ),
    corrected(
      "a merge request pipeline",
      request,
      { ...gitLab, CI_MERGE_REQUEST_IID: undefined },
      gitLab,
    ),
    corrected("set `GITHUB_SHA` to the last commit", check, "", gitHub.sha),
    {
      says: "or leave out `--check`",
      refused: () => check(""),
      mended: () => check("", false),
    },
    corrected(
      "Name a file that `opconnect preview --json` wrote",
      readReport,
      at("nowhere.json"),
      at("report.json"),
    ),
    {
      says: "Use `--summary` in a job of GitHub Actions only",
      refused: () =>
        inJob({ GITHUB_STEP_SUMMARY: "" }, () =>
          renderReport(at("report.json"), { summary: true }),
        ),
      mended: () =>
        inJob({ GITHUB_STEP_SUMMARY: at("summary.md") }, () =>
          renderReport(at("report.json"), { summary: true }),
        ),
    },
    corrected(
      "Pass a number of stacks, 1 or more",
      previewed,
      { parallel: "0" },
      { parallel: "1" },
    ),
    corrected("Pass both", previewed, { base: "main" }, { base: "main", affected: true }),
    {
      says: "Pass one, or leave it out",
      refused: () => run("report", "render", ""),
      mended: () => run("report", "render", at("report.json"), "--markdown", at("report.md")),
    },
    corrected(
      "Leave out one of them",
      rotate,
      { server: true, token: "ci" },
      { token: "operator" },
    ),
    {
      file: "packages/cli/src/rotate/fleet.test.ts",
      test: [
        "%s is refused, and nothing is replaced",
        "what a killed run has replaced already is not replaced again",
      ],
    },
    corrected(
      "Pass an address that begins with https:// or http://",
      (url: string) => httpUrl("--connect-url").parse(url),
      "localhost:8080",
      "http://localhost:8080",
    ),
    corrected(
      "Write `--vault app <key>=<value>`",
      (text: string) => pairs("--vault app").parse([text]),
      "app",
      "app=data",
    ),
    corrected('Pass a time such as "90s" or "10m"', parseTimeLimit, "0", "90s"),
    corrected("Install it, and name its folder", packs, [at("none")], [folder]),
    {
      says: "Name the JSON file",
      refused: () => packs([folder], [at("none.json")]),
      mended: () => packs([folder], [at("policies.json")]),
    },
    {
      says: "Pass `--policy-pack` as often as",
      refused: () => packs([], [at("policies.json")]),
      mended: () => packs([folder], [at("policies.json")]),
    },
    {
      says: "Name another file with --journal, or remove this one",
      refused: () => opened("report.json", "one"),
      async mended() {
        await opened("another.json", "one");
        await writeFile(at("broken.json"), "{");
        await rm(at("broken.json"));
        await opened("broken.json", "one");
      },
    },
    {
      says: "the old one is not needed once its work is done",
      async refused() {
        const journal = await openJournal(at("journal.json"), "one");
        await journal.note({ project: "clients", stack: "acme-prod" }, "done");
        await journal.close();
        await opened("journal.json", "two");
      },
      mended: () => opened("second.json", "two"),
    },
    {
      says: "Name waves that stacks have as `opconnect:wave` in their configuration",
      refused: () => planWaves("early,rest", fleet, ["canary"]),
      mended(error) {
        const [, known = ""] = /\("(.+?)"\)/.exec(error) ?? [];
        planWaves(`${known},10%,rest`, fleet, ["canary"]);
      },
    },
    {
      file: "packages/fleet/src/affected/decide.test.ts",
      test: [
        "a commit that git does not know is refused",
        "a stack file affects its own stack, a file of others none",
      ],
    },
    {
      file: "packages/cli/src/orphans/orphans.process.test.ts",
      test: [
        "an age that is none is a wrong call, with the option's name",
        "a folder that is not there makes no orphan of what it might claim",
      ],
    },
  ],
};

function margin(margin: string) {
  return { "role-arn": role, margin };
}

async function opened(name: string, purpose: string): Promise<void> {
  await (await openJournal(at(name), purpose)).close();
}
