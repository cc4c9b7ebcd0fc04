import { blindPreview } from "@opconnect/core/blind-preview";
import { expect, test } from "vitest";
import { secretInClear } from "../../fixtures/secret-in-clear.ts";
import { describeStack } from "../report/describe-stack.ts";
import type { StackReport } from "../report/model.ts";
import { compareWithReview } from "./compare.ts";

const step = {
  urn: "urn:pulumi:acme-prod::client::kubernetes:apps/v1:Deployment::connect",
  type: "kubernetes:apps/v1:Deployment",
  name: "connect",
  operation: "update",
  causes: [],
  changes: [{ path: "spec.replicas", before: { value: 1 }, after: { value: 2 } }],
} satisfies StackReport["steps"][number];
const other = { ...step, urn: `${step.urn}-operator`, name: "operator" };

const reviewed: StackReport = {
  project: "client",
  stack: "acme-prod",
  outcome: "changed",
  steps: [step, other],
  outputs: [],
  minting: [],
  risks: [],
  problems: [],
  digest: "one",
  shape: "shape",
  checkpoint: "before",
  configuration: "one",
};
const first = { begun: false };
const again = { begun: true };

test("the same steps from the same state are what was reviewed", () => {
  expect(compareWithReview(reviewed, structuredClone(reviewed), first)).toEqual([]);
});

test("a risk of the configuration that was reviewed is compared by the configuration alone", () => {
  const risky = { ...reviewed, risks: [secretInClear] };
  expect(compareWithReview(risky, reviewed, first)).toEqual([]);
  expect(compareWithReview(risky, { ...risky, configuration: "two" }, first)).toHaveLength(1);
});

test.each<[string, Partial<StackReport>, string]>([
  ["a step more", { steps: [step, other, { ...step, urn: "urn" }] }, "was not reviewed"],
  ["a step less", { steps: [step] }, "update of Deployment operator was reviewed, and is not"],
  ["another operation", { steps: [step, { ...other, operation: "replace" }] }, "saw: update"],
  [
    "another value",
    {
      steps: [step, { ...other, changes: [{ path: "spec.replicas", after: { value: 3 } }] }],
      digest: "two",
    },
    "update of Deployment operator changes spec.replicas otherwise",
  ],
  ["another value that is not shown", { digest: "two" }, "A value that is not shown"],
  ["a secret set anew", { configuration: "two" }, "configuration in its stack file was changed"],
  ["a state that moved", { checkpoint: "after" }, "was updated since"],
  [
    "no preview",
    {
      outcome: "failed",
      problems: [{ code: "PULUMI_FAILED", happened: "No program.", remedy: "Write it." }],
    },
    "No program. [PULUMI_FAILED]",
  ],
])("%s is not", (_, change, difference) => {
  const differences = compareWithReview(reviewed, { ...reviewed, ...change }, first);
  expect(differences.join("\n")).toContain(difference);
});

test("what is left of an update that was cut short is what was reviewed", () => {
  const rest = { ...reviewed, steps: [other], digest: "two", checkpoint: "between" };
  expect(compareWithReview(reviewed, rest, again)).toEqual([]);
  expect(compareWithReview(reviewed, rest, first)).not.toEqual([]);
});

test("what a replacement that was cut short has left, and made known, is what was reviewed", () => {
  const token = { ...step, urn: "token", operation: "replace", causes: ["serverId", "revision"] };
  const later = { hidden: "known after apply" } as const;
  const changes = [{ path: "serverId", before: { value: "one" }, after: later }];
  const server = { ...step, urn: "server", operation: "replace", causes: ["revision"] };
  const seen = { ...reviewed, steps: [server, { ...token, changes }] } as StackReport;
  const old = { ...server, operation: "delete", causes: [], changes: [], leftover: true };
  const known = [{ path: "serverId", before: { value: "one" }, after: { value: "two" } }];
  const rest = { ...seen, steps: [old, { ...token, changes: known }] } as StackReport;
  expect(compareWithReview(seen, rest, again)).toEqual([]);
  expect(compareWithReview(seen, rest, first)).toHaveLength(2);
  // One that is deleted for another reason is not the old one of a replacement.
  const dropped = { ...rest, steps: [{ ...old, leftover: undefined }] } as StackReport;
  expect(compareWithReview(seen, dropped, again)).toHaveLength(1);
  const more = [...known, { path: "name", before: { value: "a" }, after: { value: "b" } }];
  const other = { ...rest, steps: [{ ...token, changes: more }] } as StackReport;
  expect(compareWithReview(seen, other, again)).toHaveLength(1);
});

test("after an update that was cut short, what nobody reviewed is refused still", () => {
  const rest = { ...reviewed, steps: [{ ...other, urn: "urn" }], digest: "two" };
  expect(compareWithReview(reviewed, rest, again)).toHaveLength(1);
  const configured = { ...reviewed, steps: [other], configuration: "two" };
  expect(compareWithReview(reviewed, configured, again)).toHaveLength(1);
});

test("what was previewed without its cluster is not applied, one that is yet to be made aside", () => {
  const without = (code: string) => {
    const message = `${blindPreview}. ${code}`;
    const events = [{ diagnosticEvent: { severity: "warning", message } }];
    const { problems } = describeStack({ project: "clients", stack: "acme-prod", events });
    return { ...reviewed, problems: problems.slice(0, 1) };
  };
  const blind = without("[CLUSTER_UNREACHABLE]");
  expect(compareWithReview(blind, blind, first)).toEqual([
    expect.stringContaining("not looked at"),
  ]);
  expect(compareWithReview(blind, reviewed, first)).toEqual([]);
  expect(compareWithReview(without(""), without(""), first)).toEqual([]);
});
