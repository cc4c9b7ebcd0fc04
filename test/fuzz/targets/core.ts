import * as core from "@opconnect/core";
import fc from "fast-check";
import { fixtureClaims, fixtureToken } from "../../../packages/core/fixtures/connect-token.ts";
import { fixtureCredentialsFile } from "../../../packages/core/fixtures/credentials-file.ts";
import { quote } from "../../../packages/core/src/error/quote.ts";
import { loadClusterConfig } from "../../../packages/provision/src/cluster/config.ts";
import { altered, alteredJson, anyText, anyValue, spliced } from "../inputs.ts";
import { mark } from "../marked.ts";
import { type Target, target } from "../target.ts";

const id = "abcdefghijklmnopqrstuvwxyz";
const link = `https://start.1password.com/open/i?a=${id}&v=${id}&i=${id}&h=acme.1password.com`;
const claims = { ...fixtureClaims, "1password.com/token": mark };
const credentials = fixtureCredentialsFile.replaceAll(/fixture-(salt|hash|iv|data|key)/g, mark);
const kubeconfig = {
  apiVersion: "v1",
  kind: "Config",
  clusters: [{ name: "acme", cluster: { server: "https://api.example.com" } }],
  users: [{ name: "acme", user: { token: mark, "client-key-data": mark } }],
  contexts: [{ name: "acme", context: { cluster: "acme", user: "acme" } }],
  "current-context": "acme",
};
const word = fc.oneof(
  fc.string({ unit: fc.constantFrom(..."abz09-"), minLength: 1, maxLength: 70 }),
  anyText(),
);
const template = fc
  .array(fc.oneof(fc.constantFrom("{client}", "{environment}", "{purpose}", "-", "--", "/"), word))
  .map((parts) => parts.join(""));
const kinds = Object.keys(core.defaultTemplates) as core.NameKind[];

/** What core reads and makes. */
export const coreTargets: readonly Target[] = [
  target("share links", fc.oneof(spliced(link), anyText()), (text) =>
    JSON.stringify(core.parseShareLink(text)),
  ),
  target(
    "item paths",
    fc.oneof(
      spliced(`vaults/${id}/items/${id}`),
      altered({ vault: "app", item: "db" }),
      anyValue(),
    ),
    (input) => void core.itemPathFrom(input as string),
  ),
  target(
    "Connect tokens",
    fc.oneof(
      altered(claims).map((text) => fixtureToken(text)),
      spliced(fixtureToken(claims)),
    ),
    (text) => JSON.stringify(core.decodeConnectToken(text)),
  ),
  target("credentials files", alteredJson(JSON.parse(credentials)), (text) => {
    core.parseCredentialsFile(text);
  }),
  target("versions of the chart", fc.oneof(spliced("2.4.1"), anyText()), (text) =>
    JSON.stringify(core.chartFacts(text)),
  ),
  target("durations", fc.oneof(spliced("90d"), anyText()), (text) =>
    String(core.parseDurationSeconds(text)),
  ),
  target(
    "names",
    fc.record({
      overrides: fc.dictionary(fc.oneof(fc.constantFrom(...kinds), word), template, { maxKeys: 2 }),
      client: word,
      environment: word,
      purpose: word,
      name: anyText(),
    }),
    ({ overrides, client, environment, purpose, name }) => {
      const convention = core.createConvention(overrides);
      for (const kind of kinds) convention.parse(kind, name);
      const names = convention.names({ client, environment });
      names.tokenSecret(purpose);
      names.vault(purpose);
    },
  ),
  target(
    "vaults of a token",
    altered({ consumer: "ci", vaults: ["app"], serverVaults: ["app"], expiresIn: "90d" }).filter(
      isToken,
    ),
    (token) => core.checkToken(token),
  ),
  target("texts of errors", anyText(), (text) => `${core.withoutSecrets(text)} ${quote(text)}`),
  target("texts of others", anyText(), (text) => core.redacted(text)),
  target(
    "kubeconfigs",
    fc.record({
      kubeconfig: fc.oneof(alteredJson(kubeconfig), anyText()),
      context: fc.option(fc.constantFrom("acme", "other"), { nil: undefined }),
    }),
    async ({ kubeconfig, context }) => void (await loadClusterConfig({ kubeconfig, context })),
  ),
];

/** The types of these are checked where they come from. */
function isToken(value: unknown): value is core.DeclaredToken {
  const { consumer, vaults, serverVaults, ...times } = Object(value);
  const isText = (each: unknown) => typeof each === "string";
  return (
    isText(consumer) &&
    [vaults, serverVaults].every((list) => Array.isArray(list) && list.every(isText)) &&
    Object.values(times).every(isText)
  );
}
