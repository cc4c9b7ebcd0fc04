import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { fixtureReport } from "../../../fixtures/fixture-report.ts";
import { recordedRun } from "../../../fixtures/recorded-run.ts";
import { waysFound } from "../../../fixtures/seeded-run.ts";
import { renderHtml } from "../../render/html.ts";
import { renderMarkdown } from "../../render/markdown.ts";
import { renderSpacelift } from "../../render/spacelift.ts";
import { renderTerminal } from "../../render/terminal.ts";
import { describeStack } from "../describe-stack.ts";
import { renderReportFile } from "../report-file.ts";
import { configurationRisks } from "./configuration-risks.ts";

const marker = "fixture-marker-of-a-secret";
const base64 = (text: string) => Buffer.from(text).toString("base64");
const token = `ops_${base64(`{"fixture":"${marker}"}`)}`;
const awsKey = "Fixture0Key0Of0Nobody0/Fixture0Key0Of0No";

/** Forms of a secret that is known by its form. */
const secrets = [
  token,
  base64(token),
  base64(base64(token)),
  `${base64('{"alg":"ES256"}')}.${base64(`{"fixture":"${marker}"}`)}.Zml4dHVyZQ`,
  base64(base64(`{"verifier":{"localHash":"${marker}"},"encCredentials":{}}`)),
  `-----BEGIN PRIVATE KEY-----\n${base64(marker)}\n-----END PRIVATE KEY-----\n`,
  `postgres://app:${marker}@db.example.com/app`,
  "AGE-SECRET-KEY-1FIXTURE7Q0QNK6ZJ6PS3Q",
];

const of = (stackFile: object, projectFile: object = {}) =>
  configurationRisks({
    project: "clients",
    stack: "acme-prod",
    stackFile: { ...stackFile },
    projectFile: { ...projectFile },
  });
const texts = (...files: Parameters<typeof of>) => of(...files).map(({ text }) => text);
/** Commands that the risks of a configuration tell. */
const commands = (config: object) =>
  texts({ config }).map((text) => /`(pulumi [^`]*)`\.$/.exec(text)?.[1] ?? text);

test("a secret in the clear is named with its stack, its path and what to do, and not shown", () => {
  expect(of({ config: { "clients:db": { password: token } } })).toEqual([
    {
      kind: "secret-in-clear",
      level: "high",
      text: "What looks like a secret stands in the clear in the configuration of acme-prod, at `db.password`: have it replaced where it is from, since Git's history keeps it, and set the new one with `pulumi config set --secret --path db.password --stack acme-prod`.",
    },
  ]);
});

test.each([
  ["a key of the project's own", { "clients:token": token }, "--secret token"],
  ["a key of the project's own, the long way", { "clients:config:token": token }, "--secret token"],
  ["a key of another namespace", { "aws:token": token }, "--secret aws:token"],
  ["an element of a list", { "clients:a": ["b", token] }, "--secret --path 'a[1]'"],
  ["an object in a list", { "clients:a": [{ b: token }] }, "--secret --path 'a[0].b'"],
  ["a key with a dot", { "clients:a": { "b.c": token } }, `--secret --path 'a["b.c"]'`],
  ["a key that nobody gives", { "clients:a": { "b`c\n": token } }, `--secret --path 'a["…"]'`],
])("the path of %s is one that Pulumi takes", (_, config, words) => {
  expect(commands(config)).toEqual([`pulumi config set ${words} --stack acme-prod`]);
});

test.each(secrets)("a secret is found by its form, at any depth: %s", (secret) => {
  expect(of({ config: { "clients:a": secret } })).toHaveLength(1);
  expect(of({ config: { "clients:a": [[{ b: { c: [secret, secret] } }]] } })).toHaveLength(2);
  expect(of({ config: { "clients:a": { [secret]: "x" } } })).toHaveLength(1);
});

test("what its name calls a secret is one if it is as random as a key", () => {
  const config = {
    "aws:secretKey": awsKey,
    "clients:kmsKeyId": "1234abcd-12ab-34cd-56ef-1234567890ab",
    "clients:fingerprint": awsKey,
    "clients:tokenSecret": "opconnect/acme/prod/operator-token",
    "clients:tokenUrl": "https://login.example.com/Fixture0Key0Of0Nobody0Fixture0Key0Of0No",
    "clients:secretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:acme-Ab12Cd",
    "clients:password": "op://acme-prod-app/Postgres1/password/of/the/database",
  };
  expect(commands(config)).toEqual(["pulumi config set --secret aws:secretKey --stack acme-prod"]);
});

test("what is encrypted, no text, or made to be handed out is no risk", () => {
  const pem = "-----BEGIN CERTIFICATE-----\nZml4dHVyZQ==\n-----END CERTIFICATE-----\n";
  const config = {
    "clients:token": { secure: token },
    "clients:nested": [{ deep: { secure: token } }, 1, true, null],
    "clients:ca": pem,
    "clients:caEncoded": base64(pem),
    "clients:repository": "ssh://git@github.com/acme/infrastructure",
    "opconnect:wave": "canary",
  };
  expect(of({ config, encryptionsalt: "v1:fixture" })).toEqual([]);
  // Pulumi takes it for an object as any other.
  expect(of({ config: { "clients:token": { secure: token, other: "x" } } })).toHaveLength(1);
});

test("a project's default counts, also one that the stack has a value of its own for", () => {
  const config = {
    token: { type: "string", secret: true, default: token },
    "aws:token": { value: token },
    plain: token,
    replicas: { type: "integer", default: 2 },
  };
  const told = texts({ config: { "clients:token": { secure: "v1:fixture" } } }, { config });
  expect(told.map((text) => /at `([^`]*)`/.exec(text)?.[1])).toEqual([
    "token",
    "aws:token",
    "plain",
  ]);
  expect(told[0]).toContain("in the `Pulumi.yaml` of acme-prod");
  expect(told[0]).toContain(
    "take it out of there, and set the new one with `pulumi config set --secret token --stack acme-prod`",
  );
  expect(texts({}, { configuration: { token: { default: token } } })).toHaveLength(1);
});

test("an environment that stands in the stack's file counts, and what it encrypts does not", () => {
  const environment = parse(`
imports: [acme/prod]
values:
  pulumiConfig: { token: ${token}, region: eu-west-1 }
  environmentVariables: { AWS_SECRET_ACCESS_KEY: ${awsKey} }
  declared: { fn::secret: hunter2 }
  encrypted: { fn::secret: { ciphertext: ${token} } }
`);
  const told = texts({ environment });
  expect(told.map((text) => /at `([^`]*)`/.exec(text)?.[1])).toEqual([
    "environment.values.pulumiConfig.token",
    "environment.values.environmentVariables.AWS_SECRET_ACCESS_KEY",
    "environment.values.declared",
  ]);
  expect(told[0]).toContain("keep the new one in an environment of Pulumi ESC");
  expect(of({ environment: ["acme/prod"] })).toEqual([]);
});

test.each([
  ["nothing", {}],
  ["no object", { config: "config", environment: 1 }],
])("of files that say %s there is none", (_, file) => {
  expect(of(file, file)).toEqual([]);
});

const names = fc.constantFrom("token", "db", "a.b", "x y", "secure", "opconnect:wave", ...secrets);
const { config } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(...secrets),
    fc.constantFrom("plain", 1, true, null),
    fc.array(tie("value"), { maxLength: 3 }),
    tie("config"),
  ),
  config: fc.dictionary(names, tie("value"), { maxKeys: 4 }),
}));
const forms = [
  renderReportFile,
  renderHtml,
  renderSpacelift,
  (report: Parameters<typeof renderReportFile>[0]) =>
    renderMarkdown(report, { limitBytes: 10_000_000 }),
  (report: Parameters<typeof renderReportFile>[0]) =>
    renderTerminal(report, { tint: (text) => text, detailed: true }),
];

test("whatever a configuration holds, each form of the report tells of it without a secret", () => {
  const changes = fc.constantFrom("no-change", "item-moved", "thrown");
  fc.assert(
    fc.property(config, config, changes, (own, defaults, change) => {
      const risks = of(
        { config: { ...own, "clients:seeded": token }, environment: { values: own } },
        { config: { defaults } },
      );
      const stack = describeStack({ ...recordedRun(change), configurationRisks: risks });
      const report = fixtureReport([stack]);
      for (const render of forms) {
        const form = render(report);
        expect(form).toContain("What looks like a secret");
        expect(form).toContain("seeded");
        for (const secret of [marker, ...secrets]) expect(waysFound(secret, form)).toEqual([]);
      }
    }),
    { numRuns: 40 },
  );
});
