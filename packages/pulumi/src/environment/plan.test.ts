import { describe, expect, test } from "vitest";
import { recordResources } from "../../fixtures/recorder.ts";
import type { ConnectEnvironmentArgs } from "./args.ts";
import { ConnectEnvironment } from "./connect-environment.ts";

const acmeProd: ConnectEnvironmentArgs = {
  client: "acme",
  environment: "prod",
  vaults: { app: {}, data: { access: "read-write" }, shared: { id: "abcdefghijklmnopqrstuvwxyz" } },
  items: { db: { namespace: "app", vault: "app", item: "postgres" } },
};

const privateLink =
  "https://start.1password.com/open/i?a=FIXTUREACCOUNT234567234567&v=fixturevaultone23456723456&i=fixtureitem234567234567234&h=acme.1password.com";

describe("bad input is refused before anything is made", () => {
  const cases: readonly [string, Partial<ConnectEnvironmentArgs>, RegExp][] = [
    ["a client with a slash", { client: "acme/eu" }, /client is "acme\/eu"/],
    ["a vault key used twice", { vaults: ["app", "app"] }, /VAULT_KEY_DUPLICATE/],
    [
      "one vault under two keys",
      {
        vaults: {
          a: { id: "abcdefghijklmnopqrstuvwxyz" },
          b: { id: "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
        },
        items: {},
      },
      /VAULT_KEY_DUPLICATE/,
    ],
    ["a vault id that is none", { vaults: { app: { id: "short" } } }, /VAULT_ID_INVALID/],
    ["a chart version that does not exist", { chart: { version: "1.9.9" } }, /1\.9\.9/],
    ["a chart version that is no version", { chart: { version: "new" } }, /CHART_VERSION_INVALID/],
    [
      "an item in a vault that is not there",
      { items: { db: { namespace: "app", vault: "none", item: "x" } } },
      /`items\.db\.vault` is "none".*app/,
    ],
    ["a server to adopt that has no id", { adopts: "acme-prod" }, /`adopts`.*ARGUMENT_INVALID/],
    [
      "a token for a vault that is not there",
      { tokens: { ci: { vaults: ["other"] } } },
      /"ci".*"other".*TOKEN_SCOPE_INVALID/,
    ],
    [
      "an item in a vault that the operator's token does not cover",
      { tokens: { operator: { vaults: ["data"] } } },
      /`items\.db\.vault` is "app".*TOKEN_SCOPE_INVALID/,
    ],
    [
      "a token that is dead at birth",
      { tokens: { ci: { expiresIn: "0d" } } },
      /TOKEN_EXPIRY_INVALID/,
    ],
    ["a life time in the past", { tokens: { ci: { expiresIn: "-1d" } } }, /TOKEN_EXPIRY_INVALID/],
    [
      "a token that expires before it is rotated",
      { tokens: { operator: { rotateAfter: "90d", expiresIn: "60d" } } },
      /TOKEN_ROTATION_INVALID/,
    ],
    [
      "a consumer whose secret would be that of the credentials file",
      { tokens: { credentials: {} } },
      /CONVENTION_COLLISION/,
    ],
    ["a consumer with a space", { tokens: { "my ci": {} } }, /"my ci".*CONVENTION_VALUE/],
    [
      "a role that there is not",
      { vaults: { app: { groups: { Developers: "owner" as "manage" } } } },
      /`vaults\.app\.groups\.Developers` is "owner".*ARGUMENT_INVALID/,
    ],
    [
      "settings of a vault that is named by id",
      {
        vaults: { app: { id: "abcdefghijklmnopqrstuvwxyz", deleteWithEnvironment: true } },
      },
      /`deleteWithEnvironment`.*ARGUMENT_INVALID/,
    ],
    [
      "an item whose title has a slash",
      { items: { db: { namespace: "app", vault: "app", item: "a/b" } } },
      /ITEM_PATH_INVALID/,
    ],
    [
      "a private link cut short",
      { items: { db: { namespace: "app", link: "https://start.1password.com/open/i?a=ABC" } } },
      /`items\.db`: .*parameter "a".*SHARE_LINK_INVALID/,
    ],
    [
      "an item named twice, by link and by title",
      { items: { db: { namespace: "app", link: privateLink, item: "postgres" } } },
      /`items\.db`: .*`link`.*ARGUMENT_INVALID/,
    ],
    [
      "an item without a vault",
      { items: { db: { namespace: "app", item: "postgres" } } },
      /`items\.db`: .*`vault`.*ARGUMENT_INVALID/,
    ],
    [
      "a poll every zero seconds",
      { operator: { pollingInterval: 0 } },
      /operator\.pollingInterval/,
    ],
    [
      "credentials in Helm values",
      { values: { connect: { credentials: "{}" } } },
      /values\.connect\.credentials/,
    ],
    [
      "a value that is ours to set",
      { values: { connect: { applicationName: "mine" } } },
      /values\.connect\.applicationName/,
    ],
    [
      "a template that gives two vaults one title",
      { convention: { vault: "{client}-{environment}" }, vaults: ["app", "data"] },
      /CONVENTION_COLLISION/,
    ],
  ];
  test.each(cases)("%s", async (_, change, message) => {
    let refusal = "";
    const resources = await recordResources(() => {
      try {
        new ConnectEnvironment("acme-prod", { ...acmeProd, ...change });
      } catch (error) {
        // A ResourceError itself cannot be printed: it holds its resource.
        refusal = error instanceof Error ? error.message : String(error);
      }
    });
    expect(refusal).toMatch(message);
    const made = resources.map(({ type }) => type);
    expect(made).toEqual(["pulumi:pulumi:Stack", "opconnect:index:ConnectEnvironment"]);
  });
});
