import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  mayAssume,
  type TrustPolicy,
  trustPolicySchema,
  webIdentity,
} from "../examples/iam-trust.ts";
import { example } from "./example.ts";
import { type EnvironmentRules, identityOf, issuer, type Job } from "./job-identity.ts";

const policies = { preview: policyOf("preview"), deploy: policyOf("deploy") };

const ours = "acme@1234567/environments@87654321";
const files = "acme/environments/.github/workflows";
const main = "refs/heads/main";

// What README.md has an admin set: reviewers, and main as the only branch.
const asSet: Readonly<Record<string, EnvironmentRules>> = {
  fleet: { refs: [main], isApproved: true },
  "fleet-canary": { refs: [main], isApproved: true },
};
const waiting = { fleet: { refs: [main], isApproved: false } };
// Somebody took reviewers and branches away.
const bare = { fleet: {} };

const apply: Job = {
  event: "push",
  repository: ours,
  ref: main,
  workflow: `${files}/opconnect-apply.yml@${main}`,
  environment: "fleet",
};
const pull: Job = {
  event: "pull_request",
  repository: ours,
  ref: "refs/pull/17/merge",
  workflow: `${files}/opconnect-report.yml@refs/pull/17/merge`,
};
const plan: Job = { ...pull, ...{ event: "push", ref: main }, workflow: report(main) };

interface Reach {
  readonly who: string;
  readonly job: Job;
  readonly rules?: Readonly<Record<string, EnvironmentRules>>;
  readonly reaches: readonly ("preview" | "deploy")[];
}

/** Who can do what. */
const table: readonly Reach[] = [
  { who: "the plan of a deploy", job: plan, reaches: ["preview"] },
  { who: "the nightly drift", job: { ...plan, event: "schedule" }, reaches: ["preview"] },
  { who: "a deploy that was approved", job: apply, reaches: ["deploy"] },
  {
    who: "a canary that was approved",
    job: { ...apply, environment: "fleet-canary" },
    reaches: ["deploy"],
  },
  { who: "a deploy that waits for its approval", job: apply, rules: waiting, reaches: [] },
  { who: "a pull request from a branch", job: pull, reaches: ["preview"] },
  { who: "a fork's pull request", job: { ...pull, isFork: true }, reaches: [] },
  {
    who: "a fork's pull request that names the environment",
    job: { ...pull, isFork: true, environment: "fleet" },
    rules: bare,
    reaches: [],
  },
  {
    who: "a pull request whose workflow names the environment",
    job: { ...pull, environment: "fleet" },
    reaches: [],
  },
  {
    who: "the same, where the environment's branches are not limited",
    job: { ...pull, environment: "fleet" },
    rules: bare,
    reaches: [],
  },
  {
    who: "a pull request whose edited apply workflow names it, not limited either",
    job: {
      ...pull,
      environment: "fleet",
      workflow: `${files}/opconnect-apply.yml@refs/pull/17/merge`,
    },
    rules: bare,
    reaches: [],
  },
  {
    who: "a branch that calls main's apply workflow on its own program, not limited either",
    job: { ...apply, ref: "refs/heads/mine" },
    rules: bare,
    reaches: [],
  },
  {
    who: "an edited workflow in a push to a branch",
    job: {
      ...apply,
      ref: "refs/heads/mine",
      workflow: `${files}/opconnect-apply.yml@refs/heads/mine`,
    },
    rules: bare,
    reaches: [],
  },
  {
    who: "a branch with another name, renamed from main",
    job: { ...plan, ref: "refs/heads/main2", workflow: report("refs/heads/main2") },
    reaches: [],
  },
  {
    who: "a branch that is called as the ref of a pull request",
    job: {
      ...plan,
      ref: "refs/heads/refs/pull/17/merge",
      workflow: report("refs/heads/refs/pull/17/merge"),
    },
    reaches: [],
  },
  {
    who: "a tag that is called main",
    job: {
      ...apply,
      ref: "refs/tags/main",
      workflow: `${files}/opconnect-apply.yml@refs/tags/main`,
    },
    rules: bare,
    reaches: [],
  },
  {
    who: "a run by hand from a branch",
    job: { ...plan, event: "workflow_dispatch", ref: "refs/heads/mine" },
    reaches: [],
  },
  {
    who: "another workflow on main, with the environment and its approval",
    job: { ...apply, workflow: `${files}/lint.yml@${main}` },
    reaches: [],
  },
  {
    who: "another workflow on main, without an environment",
    job: { ...plan, workflow: `${files}/lint.yml@${main}` },
    reaches: [],
  },
  {
    who: "another workflow of a pull request",
    job: { ...pull, workflow: `${files}/lint.yml@refs/pull/17/merge` },
    reaches: [],
  },
  {
    who: "a pull_request_target of a fork in a workflow that somebody added to main",
    job: {
      ...apply,
      event: "pull_request_target",
      isFork: true,
      workflow: `${files}/x.yml@${main}`,
    },
    rules: bare,
    reaches: [],
  },
  {
    who: "an environment of another name, without reviewers",
    job: { ...apply, environment: "anything" },
    reaches: [],
  },
  {
    who: "another repository of the owner that calls our apply workflow",
    job: { ...apply, repository: "acme@1234567/other@11112222" },
    rules: bare,
    reaches: [],
  },
  {
    who: "another's repository that took our name after we gave it up",
    job: { ...apply, repository: "acme@9999999/environments@99999999" },
    rules: bare,
    reaches: [],
  },
  {
    who: "another's repository that calls our report workflow",
    job: { ...plan, repository: "other@7654321/environments@12345678" },
    reaches: [],
  },
  {
    who: "a token that was made for another service",
    job: { ...apply, audience: "https://github.com/acme" },
    reaches: [],
  },
  {
    who: "a pull request's token that was made for another service",
    job: { ...pull, audience: "https://github.com/acme" },
    reaches: [],
  },
  // No trust policy can tell: GitHub's settings alone keep a person in between.
  {
    who: "the apply workflow on main, whose environment lost its reviewers",
    job: apply,
    rules: bare,
    reaches: ["deploy"],
  },
];

test.each(table)("$who reaches $reaches", ({ job, rules = asSet, reaches }) => {
  expect(reached(policies, job, rules)).toEqual(reaches);
});

const conditions = Object.entries(policies).flatMap(([role, { Statement }]) =>
  Statement.flatMap(({ Condition }) =>
    Object.entries(Condition).flatMap(([operator, tests]) =>
      Object.keys(tests).map((key) => ({ role, operator, key })),
    ),
  ),
);

test.each(conditions)("without $key of $role somebody else gets in", ({ role, operator, key }) => {
  const weaker = { ...policies, [role]: without(policyOf(role), operator, key) };
  const more = table.filter(
    ({ job, rules = asSet }) =>
      reached(weaker, job, rules).length > reached(policies, job, rules).length,
  );
  expect(more.map(({ who }) => who)).not.toEqual([]);
});

test("README.md gives the reason of each condition", () => {
  const page = readFileSync(join(example, "README.md"), "utf8");
  expect(conditions).toHaveLength(7);
  for (const { role, key } of conditions) {
    const claim = key.split(":").at(-1);
    expect(page).toMatch(new RegExp(`^\\| ${role} +\\| \`${claim}\` +\\|`, "m"));
  }
});

test("a policy with what the evaluator does not understand is refused", () => {
  const text = readFileSync(join(example, "aws/trust-deploy.json"), "utf8");
  for (const other of ["ForAllValues:StringEquals", "StringNotEquals"]) {
    expect(() =>
      trustPolicySchema.parse(JSON.parse(text.replace("StringEquals", other))),
    ).toThrow();
  }
});

test.each([
  [{ "*:sub": ["repo:acme/x"] }, {}, false],
  [{}, { sub: ["repo:acme/*"] }, true],
  [{}, { sub: ["repo:acme/?"] }, true],
  [{}, { sub: ["repo.acme/x"] }, false],
  [{}, { sub: ["acme/*"] }, false],
  [{ sub: ["repo:acme/*"] }, {}, false],
  [{ sub: ["other", "repo:acme/x"] }, {}, true],
  [{ sub: ["repo:acme/x"], ref: [main] }, {}, false],
] as const)("StringEquals %j and StringLike %j hold: %s", (equals, like, holds) => {
  const keyed = (given: Readonly<Record<string, readonly string[]>>) =>
    Object.fromEntries(
      Object.entries(given).map(([name, values]) => [`${issuer}:${name}`, [...values]]),
    );
  const { Statement, ...rest } = policies.deploy;
  const Condition = { StringEquals: keyed(equals), StringLike: keyed(like) };
  const policy = { ...rest, Statement: Statement.map((each) => ({ ...each, Condition })) };
  expect(mayAssume(policy, webIdentity(issuer, { sub: "repo:acme/x" }))).toBe(holds);
});

function report(ref: string): string {
  return `${files}/opconnect-report.yml@${ref}`;
}

function reached(
  of: Readonly<Record<string, TrustPolicy>>,
  job: Job,
  rules: Readonly<Record<string, EnvironmentRules>>,
): readonly string[] {
  const caller = identityOf(job, rules);
  if (caller === undefined) return [];
  return Object.keys(of).filter((role) => of[role] && mayAssume(of[role], caller));
}

function policyOf(role: string): TrustPolicy {
  const text = readFileSync(join(example, `aws/trust-${role}.json`), "utf8");
  return trustPolicySchema.parse(JSON.parse(text));
}

function without(policy: TrustPolicy, operator: string, key: string): TrustPolicy {
  const copy: TrustPolicy = structuredClone(policy);
  for (const { Condition } of copy.Statement) {
    if (operator === "StringEquals") delete Condition.StringEquals[key];
    else delete Condition.StringLike[key];
  }
  return copy;
}
