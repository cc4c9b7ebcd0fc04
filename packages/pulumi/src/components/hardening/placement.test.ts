import { expect, test } from "vitest";
import { podsSchema } from "./placement.ts";

/** Where a refusal is, and what it says. */
function refusals(pods: object) {
  const issues = podsSchema.safeParse(pods).error?.issues ?? [];
  return issues.map(({ path, message, ...issue }) => {
    const says = issue.code === "custom" ? issue.params?.says : undefined;
    return `${path.join(".")}${says ?? `: ${message}`}`;
  });
}

test("what Kubernetes takes is passed on", () => {
  const tolerations = [
    { operator: "Exists" },
    { key: "example.com/infra", value: "true", effect: "NoExecute", tolerationSeconds: 60 },
  ];
  const nodeSelector = { "node-role.kubernetes.io/infra": "" };
  expect(refusals({ priorityClass: "platform", nodeSelector, tolerations })).toEqual([]);
});

// As YAML, the value of `spot: true` is no text.
test.each<[string, object, RegExp]>([
  ["a label that is true", { nodeSelector: { spot: true } }, /^nodeSelector\.spot: the value of a/],
  ["a name for a label", { nodeSelector: { "a b": "c" } }, /^nodeSelector\.a b has a name that/],
  ["a priority that is a number", { priorityClass: 1000 }, /^priorityClass: the name of a/],
  ["another effect", { tolerations: [{ key: "a", effect: "Evict" }] }, /^tolerations\.0\.effect: /],
  [
    "a value that is not looked at",
    { tolerations: [{ key: "a", operator: "Exists", value: "b" }] },
    /^tolerations\.0\.value is no word/,
  ],
  ["no key", { tolerations: [{ value: "b" }] }, /^tolerations\.0\.key/],
  [
    "a time without eviction",
    { tolerations: [{ key: "a", tolerationSeconds: 60 }] },
    /^tolerations\.0\.tolerationSeconds is only for/,
  ],
])("%s is refused", (_, pods, message) => {
  expect(refusals(pods)).toEqual([expect.stringMatching(message)]);
});
