// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub Actions
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { z } from "zod";
import { trustPolicySchema } from "../examples/iam-trust.ts";
import { actionSteps, example, jobOf, type Step, workflows } from "./example.ts";

const texts = globSync(".github/**/*.yml", { cwd: example }).map((file) => ({
  file,
  text: readFileSync(join(example, file), "utf8"),
}));
const jobs = [...workflows].flatMap(([file, workflow]) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({ id: `${file} ${name}`, file, job })),
);
const allSteps: readonly Step[] = [...jobs.flatMap(({ job }) => job.steps), ...actionSteps];

test("a workflow begins by these events, and by no other", () => {
  expect(Object.fromEntries([...workflows].map(([file, { on }]) => [file, on]))).toEqual({
    "opconnect-apply.yml": { workflow_call: expect.anything() },
    "opconnect-deploy.yml": { push: { branches: ["main"] } },
    "opconnect-drift.yml": { schedule: [{ cron: "23 2 * * *" }], workflow_dispatch: null },
    "opconnect-preview.yml": "pull_request",
    "opconnect-report.yml": { workflow_call: expect.anything() },
  });
});

test("a job has the rights of this list, and a workflow none", () => {
  for (const [file, { permissions }] of workflows) expect(permissions, file).toEqual({});
  const read = { contents: "read" };
  const role = { ...read, "id-token": "write" };
  expect(Object.fromEntries(jobs.map(({ id, job }) => [id, job.permissions]))).toEqual({
    "opconnect-apply.yml apply": role,
    "opconnect-deploy.yml plan": role,
    "opconnect-deploy.yml canary": role,
    "opconnect-deploy.yml rest": role,
    "opconnect-drift.yml report": role,
    "opconnect-drift.yml issue": { ...read, issues: "write" },
    "opconnect-preview.yml report": role,
    "opconnect-preview.yml comment": { ...read, "pull-requests": "write", checks: "write" },
    "opconnect-report.yml shard": role,
    "opconnect-report.yml merge": read,
  });
});

test("a job that calls a workflow grants what its jobs ask for", () => {
  const calling = jobs.filter(({ job }) => job.uses !== undefined);
  expect(calling).toHaveLength(5);
  for (const { id, job } of calling) {
    const called = workflows.get(job.uses?.replace("./.github/workflows/", "") ?? "");
    expect(called, id).toBeDefined();
    for (const { permissions } of Object.values(called?.jobs ?? {})) {
      expect(job.permissions, id).toMatchObject(permissions);
    }
  }
});

test("only a job with the right to an identity takes a role, and it takes the one of its kind", () => {
  const taking = jobs.flatMap(({ id, job }) =>
    job.steps.flatMap((step) => (step.with.role === undefined ? [] : [[id, step.with.role]])),
  );
  expect(Object.fromEntries(taking)).toEqual({
    "opconnect-apply.yml apply": "${{ vars.OPCONNECT_DEPLOY_ROLE }}",
    "opconnect-report.yml shard": "${{ vars.OPCONNECT_PREVIEW_ROLE }}",
  });
});

test("an action of others is pinned by commit, with its version, everywhere the same", () => {
  const uses = texts.flatMap(({ text }) =>
    [...text.matchAll(/uses: (?<what>.+)$/gm)].map(({ groups }) => groups?.what ?? ""),
  );
  const others = [...new Set(uses.filter((what) => !what.startsWith("./")))].sort();
  expect(others.map((what) => what.replace(/@.*/, ""))).toEqual([
    "actions/checkout",
    "actions/download-artifact",
    "actions/setup-node",
    "actions/upload-artifact",
    "aws-actions/configure-aws-credentials",
    "pulumi/actions",
  ]);
  for (const what of others) expect(what).toMatch(/^[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+(,|$)/);
});

test("a preview drops an older one of its pull request, and nothing drops a deploy", () => {
  const groups = [...workflows].flatMap(([file, { concurrency }]) =>
    concurrency === undefined ? [] : [[file, concurrency]],
  );
  expect(Object.fromEntries(groups)).toEqual({
    "opconnect-deploy.yml": {
      group: "opconnect-deploy",
      "cancel-in-progress": false,
      queue: "max",
    },
    "opconnect-drift.yml": { group: "opconnect-drift", "cancel-in-progress": false },
    "opconnect-preview.yml": {
      group: "opconnect-preview-${{ github.event.pull_request.number }}",
      "cancel-in-progress": true,
    },
  });
});

test("of a fork's pull request no job begins", () => {
  const { report, comment, ...others } = workflows.get("opconnect-preview.yml")?.jobs ?? {};
  expect(others).toEqual({});
  expect(report?.if).toBe("github.event.pull_request.head.repo.full_name == github.repository");
  expect([comment?.needs, comment?.if]).toEqual([
    "report",
    "${{ !cancelled() && needs.report.result != 'skipped' }}",
  ]);
});

test("there is no secret, and the job's token only where it writes", () => {
  for (const { file, text } of texts) expect(text, file).not.toMatch(/secrets[.:[]/);
  const given = jobs.flatMap(({ id, job }) =>
    job.steps.flatMap(({ env }) => (JSON.stringify(env).includes("github.token") ? [id] : [])),
  );
  expect(given).toEqual(["opconnect-drift.yml issue", "opconnect-preview.yml comment"]);
});

test("a checkout leaves no token behind, and what is checked out is what the run is of", () => {
  const checkouts = allSteps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
  expect(checkouts).toHaveLength(5);
  for (const step of checkouts) {
    const { "fetch-depth": _, ...given } = step.with;
    expect(given).toEqual({ "persist-credentials": false });
  }
});

test("a deploy applies the report of its own run, behind an environment that the role trusts", () => {
  const apply = jobOf("opconnect-apply.yml", "apply");
  expect(apply.environment).toBe("${{ inputs.environment }}");
  const downloads = apply.steps.filter(({ uses }) => uses?.startsWith("actions/download"));
  expect(downloads.map((step) => step.with)).toEqual([
    { name: "fleet", path: "fleet" },
    { pattern: "journal", "merge-multiple": true, path: "fleet" },
  ]);
  const policy = trustPolicySchema.parse(JSON.parse(textOf("aws/trust-deploy.json")));
  const { StringEquals } = policy.Statement[0]?.Condition ?? {};
  const claim = (name: string) => StringEquals?.[`token.actions.githubusercontent.com:${name}`];
  const { plan, ...waves } = workflows.get("opconnect-deploy.yml")?.jobs ?? {};
  expect(plan?.uses).toBe("./.github/workflows/opconnect-report.yml");
  const environments = Object.values(waves).map((job) => job.with?.environment);
  expect(claim("sub")?.map((subject) => subject.split(":environment:")[1])).toEqual(environments);
  for (const { uses, needs } of Object.values(waves)) {
    expect(uses).toBe("./.github/workflows/opconnect-apply.yml");
    expect(["plan", "canary"]).toContain(needs);
  }
});

test("the files that the roles trust are there", () => {
  for (const role of ["preview", "deploy"]) {
    const paths = [
      ...textOf(`aws/trust-${role}.json`).matchAll(/environments\/(\.github.*)@refs/g),
    ];
    expect(paths.length).toBeGreaterThan(0);
    for (const [, path = ""] of paths) expect(existsSync(join(example, path)), path).toBe(true);
  }
});

test("a role has the rights of this list, and preview none to write or to read a value", () => {
  const schema = z.object({
    Statement: z.array(z.object({ Action: z.array(z.string()), Resource: z.string() })),
  });
  const actionsOf = (role: string) =>
    schema
      .parse(JSON.parse(textOf(`aws/permissions-${role}.json`)))
      .Statement.flatMap(({ Action, Resource }) => {
        expect(Resource).not.toBe("*");
        return Action;
      });
  expect(actionsOf("preview")).toEqual([
    ...["secretsmanager:DescribeSecret", "s3:ListBucket", "s3:GetObject", "kms:Decrypt"],
    "eks:DescribeCluster",
  ]);
  expect(actionsOf("deploy").filter((action) => !actionsOf("preview").includes(action))).toEqual([
    ...["secretsmanager:GetSecretValue", "secretsmanager:TagResource"],
    ...["secretsmanager:UntagResource", "s3:PutObject", "s3:DeleteObject"],
  ]);
});

test("packages are installed before there is a role, and run no script", () => {
  const at = (part: string) =>
    actionSteps.findIndex(({ uses, run }) => (uses ?? run)?.startsWith(part));
  expect(actionSteps[at("npm ci")]?.run).toBe("npm ci --ignore-scripts");
  expect(at("npm ci")).toBeLessThan(at("aws-actions/"));
  for (const { uses, run, if: when } of actionSteps.slice(at("npm ci") + 1)) {
    expect(when, uses ?? run).toBe("inputs.role != ''");
  }
});

test("a script is bash, and nothing is pasted into it", async () => {
  const scripts = allSteps.flatMap(({ run }) => (run === undefined ? [] : [run]));
  expect(scripts).toHaveLength(10);
  for (const script of scripts) {
    expect(script).not.toContain("${{");
    await execa("bash", ["-n"], { input: script });
  }
});

function textOf(file: string): string {
  return readFileSync(join(example, file), "utf8");
}
