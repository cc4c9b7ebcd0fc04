import { expect, test } from "vitest";
import { parseStackName } from "./stack-name.ts";

test.each([
  ["acme-prod", { client: "acme", environment: "prod" }],
  ["acme-corp-prod", { client: "acme-corp", environment: "prod" }],
  ["acme--eu-prod", { client: "acme", environment: "eu-prod" }],
  ["prod", undefined],
  ["Acme_Prod", undefined],
])("the stack %s is %o", (name, expected) => {
  expect(parseStackName(name)).toEqual(expected);
});
