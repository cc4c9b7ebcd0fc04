import fc from "fast-check";
import { expect, test } from "vitest";
import { recordedRun } from "../../../fixtures/recorded-run.ts";
import { secretInClear } from "../../../fixtures/secret-in-clear.ts";
import { describeStack } from "../describe-stack.ts";
import { countsOf } from "../headline.ts";
import { groupStacks } from "./group.ts";
import { placeholders } from "./placeholders.ts";

const of = (client: string, environment: string) =>
  placeholders({ project: "clients", stack: `${client}-${environment}`, client, environment });

test.each([
  ["acme", "prod", "acme-prod-app", "{client}-{environment}-app"],
  [
    "acme",
    "prod",
    "opconnect/acme/prod/credentials",
    "opconnect/{client}/{environment}/credentials",
  ],
  ["acme", "prod", "acme--prod--app", "{client}--{environment}--app"],
  ["acme", "prod", "acme-app", "{client}-app"],
  // Words that only hold it are others.
  ["acme", "prod", "acmeco pacme acme2 production", "acmeco pacme acme2 production"],
  // One of the two is in the other, or the same.
  ["acme-prod", "prod", "acme-prod-prod-app", "{client}-{environment}-app"],
  ["eu", "eu-prod", "eu-eu-prod-app", "{client}-{environment}-app"],
  ["dev", "dev", "dev-dev-app", "{client}-{environment}-app"],
  // Characters of a regular expression are none.
  ["a.b", "prod", "a.b-prod axb-prod", "{client}-{environment} axb-{environment}"],
  // A text cannot pass for a placeholder.
  ["acme", "prod", "{client}", "{{client}}"],
])("of %s/%s, %s becomes %s", (client, environment, text, expected) => {
  expect(of(client, environment)(text)).toBe(expected);
});

test("a stack whose name nobody parses is told by its name alone", () => {
  const general = placeholders({ project: "network", stack: "core" });
  expect(general("network/core-app")).toBe("{project}/{stack}-app");
});

const name = fc.stringMatching(/^[a-z][a-z0-9]{3,11}$/);

test("two stacks have one shape exactly where the same happens to both", () => {
  const texts = (run: unknown, from: string, to: string) =>
    JSON.parse(JSON.stringify(run).replaceAll(from, to));
  const words = ["postgres", "redis", "data", "items", "acme", "prod", "opconnect", "clients"];
  const isFree = (client: string) => !words.some((word) => word.includes(client));
  const original = describeStack(recordedRun("item-moved"));
  fc.assert(
    fc.property(name.filter(isFree), (client) => {
      // Recorded of one client, told of another.
      const moved = texts(recordedRun("item-moved"), "acme", client);
      expect(describeStack(moved).shape).toBe(original.shape);
      expect(describeStack(moved).digest).not.toBe(original.digest);
      // The same, but to another item.
      const other = texts(recordedRun("item-moved"), "redis", `${client}x`);
      expect(describeStack(other).shape).not.toBe(original.shape);
    }),
    { numRuns: 25 },
  );
});

test("grouping takes each stack that changes once, in whatever order they come", () => {
  const reports = [
    describeStack(recordedRun("first-create")),
    describeStack(recordedRun("first-create", "initech")),
    describeStack(recordedRun("thrown")),
    describeStack(recordedRun("rotation")),
    describeStack(recordedRun("no-change")),
    describeStack(recordedRun("item-dropped")),
  ].map((report, index) => ({ ...report, stack: `${report.stack}-${index}` }));
  const expected = groupStacks(reports);
  expect(expected.map(({ headline, stacks }) => `${stacks.length} ${headline}`)).toEqual([
    "1 cannot be previewed: FLEET_PREVIEW_FAILED",
    "1 Secret deleted",
    "2 new environment",
    "1 Connect token replaced",
  ]);
  fc.assert(
    fc.property(fc.shuffledSubarray(reports, { minLength: reports.length }), (shuffled) => {
      const groups = groupStacks(shuffled);
      expect(groups.map(({ shape, stacks }) => [shape, stacks])).toEqual(
        expected.map(({ shape, stacks }) => [shape, stacks]),
      );
    }),
    { numRuns: 20 },
  );
});

test("a stack that stays as it is, and is a risk, is told of", () => {
  const configurationRisks = [secretInClear];
  const [group, ...others] = groupStacks([
    describeStack({ ...recordedRun("no-change"), configurationRisks }),
    describeStack({ ...recordedRun("no-change"), stack: "other-prod" }),
  ]);
  expect(others).toEqual([]);
  expect(group).toMatchObject({ headline: "secret in clear configuration", level: "high" });
  expect(group?.stacks.map(({ stack }) => stack)).toEqual(["acme-prod"]);
  expect(group && countsOf(group.change)).toBe("no change");
});

test("of several stacks, a group says what is common, of one its names", () => {
  const both = [
    describeStack(recordedRun("first-create")),
    describeStack(recordedRun("first-create", "initech")),
  ];
  const [group] = groupStacks(both);
  const names = group?.change.minting.map((need) => need.name);
  expect(names).toContain("{client}-{environment}-operator");
  const [alone] = groupStacks(both.slice(0, 1));
  expect(alone?.change.minting.map((need) => need.name)).toContain("acme-prod-operator");
});
