import { expect, test } from "vitest";
import { renderDuration, renderProgram } from "./render-program.ts";

const vault = "x62nu3q7iqdlyxfwvlx3zns7zd";
const settings = {
  environment: { client: "beta", environment: "prod" },
  templates: {},
  config: { kind: "secrets-manager" },
} as const;

test("the program says no more than what differs from the defaults", () => {
  const token = { consumer: "operator", id: "t", secretId: "s" };
  const program = renderProgram(
    {
      server: { id: "LMOUVGODIDLQYYCWP27JEB3EVM" },
      vaults: [{ key: "app", id: vault, access: "read" }],
      tokens: [{ ...token, vaults: [{ id: vault, access: "read" }] }],
      evidence: [],
    },
    settings,
  );
  expect(program).toBe(`import { ConnectEnvironment } from "@opconnect/pulumi";

new ConnectEnvironment("beta-prod", {
  client: "beta",
  environment: "prod",
  adopts: "LMOUVGODIDLQYYCWP27JEB3EVM",
  vaults: {
    app: { id: "${vault}" },
  },
});
`);
});

test("a token with a scope and a life time of its own says so, or it would be minted anew", () => {
  const other = "ajhhbsfybf7pjxkelvro7oz4ye";
  const program = renderProgram(
    {
      server: { id: "LMOUVGODIDLQYYCWP27JEB3EVM" },
      vaults: [
        { key: "app", id: vault, access: "read-write" },
        { key: "data", id: other, access: "read" },
      ],
      tokens: [
        {
          consumer: "ci",
          id: "t",
          secretId: "s",
          vaults: [{ id: vault, access: "read" }],
          lifeSeconds: 90 * 86_400 + 12,
        },
      ],
      evidence: [],
    },
    { ...settings, config: { kind: "secrets-manager", region: "eu-west-1" } },
  );
  expect(program).toContain('app: { id: "x62nu3q7iqdlyxfwvlx3zns7zd", access: "read-write" },');
  expect(program).toMatch(/ci: \{\s+vaults: \{ app: "read" \},\s+expiresIn: "90d",\s+\}/);
  expect(program).toContain('region: "eu-west-1"');
});

test.each([
  [2_592_000, "30d"],
  [2_591_880, "30d"],
  [5_400, "90m"],
  [7_200, "2h"],
  [87_400, "1457m"],
])("%d seconds are %s", (seconds, text) => {
  expect(renderDuration(seconds)).toBe(text);
});
