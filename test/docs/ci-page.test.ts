import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";

const page = readFileSync(new URL("../../docs/ci.md", import.meta.url), "utf8");

function blocks(language: string): readonly string[] {
  return [...page.matchAll(/^```(\w+)\n(.*?)^```/gms)].flatMap(([, of, text = ""]) =>
    of === language ? text : [],
  );
}

test("a deploy is in no group with previews, and none of a stack's deploys is dropped", () => {
  const workflow = blocks("yaml")
    .map((text) => parse(text))
    .find(({ jobs }) => jobs);
  const { group, queue } = workflow.jobs.environment.concurrency;
  expect(queue).toBe("max");
  expect(group).toContain("matrix.stack");
  expect(group).toContain("github.event_name == 'push' && 'deploy' || github.ref");
});

test("a deploy role trusts exactly what runs for the main branch", () => {
  const policies = blocks("json").map((text) => JSON.parse(text).Statement[0]);
  const trust = policies.filter(({ Action }) => Action === "sts:AssumeRoleWithWebIdentity");
  expect(trust).toHaveLength(2);
  for (const { Condition } of trust) {
    expect(Object.keys(Condition)).toEqual(["StringEquals"]);
    const claims = Object.entries(Condition.StringEquals);
    expect(claims.map(([name]) => name.split(":").at(-1))).toEqual(["aud", "sub"]);
    expect(claims[1]?.[1]).toMatch(/^(repo|project_path):acme[^*]+:ref:(refs\/heads\/)?main$/);
  }
});
