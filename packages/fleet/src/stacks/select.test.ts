import { expect, test } from "vitest";
import { type Selection, selectStacks } from "./select.ts";
import { createStack } from "./stack.ts";

const stacks = [
  "acme-prod",
  "acme-dev",
  "acme-corp-prod",
  "globex--eu-prod",
  "acme/fleet/initech-dev",
].map((name) => createStack(name));
const names = (selection: Selection) => selectStacks(stacks, selection).map(({ name }) => name);
const refusal = (selection: Selection) => {
  try {
    return names(selection);
  } catch (error) {
    return error;
  }
};

test("nothing given is every stack, in the order of their names", () => {
  expect(names({})).toEqual([...stacks.map(({ name }) => name)].toSorted());
});

test.each<[Selection, readonly string[]]>([
  [{ names: ["acme-prod"] }, ["acme-prod"]],
  [{ names: ["acme-*"] }, ["acme-corp-prod", "acme-dev", "acme-prod"]],
  [{ names: ["initech-dev", "acme-dev"] }, ["acme-dev", "acme/fleet/initech-dev"]],
  [{ clients: ["acme"] }, ["acme-dev", "acme-prod"]],
  [{ clients: ["acme-corp", "globex"] }, ["acme-corp-prod", "globex--eu-prod"]],
  [{ environments: ["eu-prod"] }, ["globex--eu-prod"]],
  [{ clients: ["acme*"], environments: ["prod"] }, ["acme-corp-prod", "acme-prod"]],
])("%j picks %j", (selection, expected) => {
  expect(names(selection)).toEqual(expected);
});

test("a name without a stack is refused with those that are near", () => {
  expect(refusal({ names: ["acme-prd"] })).toMatchObject({
    code: "STACK_NOT_FOUND",
    remedy: "Did you mean acme-prod?",
  });
  expect(refusal({ names: ["acme-prod", "nothing-*"] })).toMatchObject({
    code: "STACK_NOT_FOUND",
    happened: 'There is no stack "nothing-*".',
  });
});

test("a client and an environment that no stack has are refused with those that are near", () => {
  expect(refusal({ clients: ["gloobex"] })).toMatchObject({
    code: "STACK_NONE_MATCHED",
    remedy: 'No stack is of the client "gloobex". Did you mean globex?',
  });
  expect(refusal({ clients: ["globex"], environments: ["dev"] })).toMatchObject({
    code: "STACK_NONE_MATCHED",
    remedy: "Ask for less at once: everything given has to fit.",
  });
});

test("a project without stacks says so", () => {
  expect(() => selectStacks([], {})).toThrow("The project has no stack.");
});
