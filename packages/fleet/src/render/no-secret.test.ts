import { expect, test } from "vitest";
import { fixtureToken } from "../../../provision/fixtures/data/connect-token.ts";
import { type RecordedChange, recordedRun } from "../../fixtures/recorded-run.ts";
import { describeStack } from "../report/describe-stack.ts";
import type { FleetReport } from "../report/model.ts";
import { renderReportFile } from "../report/report-file.ts";
import { renderHtml } from "./html.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderSpacelift } from "./spacelift.ts";
import { renderTerminal } from "./terminal.ts";

/** Of no form that anyone could know it by, and other signs than letters, so that encodings differ. */
const password = 'korrekt "horse"/<battery>&staple+\\é';

/** Known by their forms, wherever they stand. */
const tokens = [
  fixtureToken({ id: "fixturetoken", serverId: "SERVER", vaults: [] }),
  `ops_${Buffer.from('{"signInAddress":"fixture"}').toString("base64")}`,
  "AGE-SECRET-KEY-1FIXTURE7Q0QNK6ZJ6PS3Q",
];

/** The ways in which programs and providers quote a secret. */
const ways: readonly (readonly [string, (secret: string) => string])[] = [
  ["as it is", (secret) => secret],
  ["in base64", (secret) => Buffer.from(secret).toString("base64")],
  ["in base64 for addresses", (secret) => Buffer.from(secret).toString("base64url")],
  ["in an address", encodeURIComponent],
  ["in JSON", (secret) => JSON.stringify(secret).slice(1, -1)],
  ["in JSON twice", (secret) => JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
  ["in hexadecimal", (secret) => Buffer.from(secret).toString("hex")],
];

const changes: readonly RecordedChange[] = [
  ...(["first-create", "chart-upgrade", "server-replaced", "item-moved", "secret-only"] as const),
  ...(["store-tags", "vault-groups", "refresh", "thrown", "refused", "provider-refuses"] as const),
];

const stack = { project: "clients", stack: "acme-prod" };
const urn = (name: string) => `urn:pulumi:acme-prod::clients::example:index:Database::${name}`;

/** Properties of a resource that no list knows, and of those that one does, all with a secret. */
function seeded(text: string, key: string): object {
  const inside = { [key]: text, value: text, list: [text, { name: "x", password: text }] };
  return {
    ...{ password: text, description: text, userData: inside, tags: { team: text, [key]: "x" } },
    metadata: { annotations: inside, labels: { [key]: text, "example.com/x": text } },
    ...{ data: inside, stringData: inside, labels: inside, environment: [text] },
    store: { kind: "secrets-manager", tags: { [key]: text } },
    rotation: { of: text },
    stored: { id: text, versionId: text, drift: text },
    spec: {
      replicas: text,
      template: {
        metadata: { annotations: inside },
        spec: {
          containers: [
            {
              name: "api",
              args: [`--password=${text}`],
              command: ["sh", "-c", text],
              env: [
                { name: "PASSWORD", value: text },
                { name: key, value: text },
              ],
              livenessProbe: { httpGet: { httpHeaders: [{ name: "auth", value: text }] } },
            },
          ],
        },
      },
    },
  };
}

const types = [
  ...["kubernetes:apps/v1:Deployment", "kubernetes:core/v1:Secret", "kubernetes:core/v1:ConfigMap"],
  ...["aws:rds/instance:Instance", "example:index:Database", "pulumi:providers:kubernetes"],
  ...["Vault", "ConnectServer", "ConnectToken", "CredentialSecret", "ClusterSecret"].map(
    (kind) => `pulumi-nodejs:dynamic/opconnect:${kind}`,
  ),
  "pulumi-nodejs:dynamic/opconnect:OnePasswordItem",
];

/** All that programs and providers can say, each with the text in it. */
function spoken(text: string): readonly unknown[] {
  const steps = types.flatMap((type, index) =>
    ["create", "update", "delete", "refresh"].map((op) => {
      const [before, after] = [seeded(`old ${text}`, `${text} key`), seeded(text, text)];
      const state = { inputs: after, outputs: after };
      const metadata = {
        ...{ op, type, urn: `${urn(`${op}-${index}`)}`, keys: [`tags["${text}"]`, "password"] },
        old: op === "create" ? null : { inputs: before, outputs: before },
        new: op === "delete" ? null : state,
        detailedDiff: { [`userData["${text}"]`]: { diffKind: "update", inputDiff: false } },
      };
      return op === "refresh"
        ? { resOutputsEvent: { metadata } }
        : { resourcePreEvent: { metadata } };
    }),
  );
  const said = ["debug", "info", "info#err", "warning", "error"].map((severity) => ({
    diagnosticEvent: { severity, message: `could not use ${text} [OP_FAILED]`, urn: urn("x") },
  }));
  return [
    { preludeEvent: { config: { "clients:password": text } } },
    ...steps,
    ...said,
    { diagnosticEvent: { severity: "error", message: `Error: ${text}\n    at index.ts:1:1` } },
    { policyEvent: { policyName: "p", policyPackName: "q", message: text, resourceUrn: urn("x") } },
    { errorEvent: { error: text } },
  ];
}

function outputsEvent(text: string): object {
  const outputs = { secret: text, nested: { [text]: text }, plain: "plain" };
  const type = "pulumi:pulumi:Stack";
  const metadata = { op: "same", type, urn: urn("stack"), old: { outputs: {} }, new: { outputs } };
  return { resOutputsEvent: { metadata } };
}

function allForms(report: FleetReport): readonly string[] {
  const text = (value: string) => value;
  return [
    renderMarkdown(report, { limitBytes: 10_000_000 }),
    renderHtml(report),
    renderTerminal(report, { tint: text, detailed: true }),
    renderReportFile(report),
    renderSpacelift(report),
  ];
}

/** A form without what it does to signs, so that a text can be found in it. */
function unescaped(form: string): string {
  return form
    .replace(/\\u([0-9a-f]{4})/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    )
    .replaceAll("\u200B", "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .replaceAll("\\", "");
}

function expectNone(report: FleetReport, secret: string): void {
  for (const form of allForms(report)) {
    for (const [, quote] of ways) {
      expect(form).not.toContain(quote(secret));
      expect(unescaped(form)).not.toContain(unescaped(quote(secret)));
    }
  }
}

function reportOf(stacks: FleetReport["stacks"]): FleetReport {
  const shards = { of: 1, present: [1] };
  return { version: 1, kind: "preview", stacks, notLookedAt: [], shards };
}

test.each(ways)(
  "a secret of a program or a provider, %s, is in no form of a report",
  (_, quote) => {
    const text = quote(password);
    const events = [...spoken(text), outputsEvent(text), { summaryEvent: { result: "failed" } }];
    const report = reportOf([describeStack({ ...stack, events })]);
    // There is something to tell of each.
    expect(report.stacks[0]?.steps.length).toBeGreaterThan(types.length * 3);
    expect(report.stacks[0]?.outputs.length).toBeGreaterThan(2);
    expectNone(report, password);
  },
);

test.each(tokens)(
  "a token is in no form, though it stands in names and in what is shown: %s",
  (token) => {
    const run = recordedRun("item-moved");
    for (const place of ["redis", "acme-data", "acme-prod", "Secret"]) {
      const events = JSON.parse(JSON.stringify(run.events).replaceAll(place, `${place}-${token}`));
      expectNone(reportOf([describeStack({ ...run, events })]), token);
      // And as the whole of a name.
      const whole = JSON.parse(JSON.stringify(run.events).replaceAll(`"${place}"`, `"${token}"`));
      expectNone(reportOf([describeStack({ ...run, events: whole })]), token);
    }
  },
);

test.each(changes)(
  "what was recorded of %s gives away nothing of the program's secret",
  (change) => {
    const report = reportOf([describeStack(recordedRun(change))]);
    // The program logs it, throws it in base64, and puts it into a Secret and an output.
    for (const secret of ["fixture-note-one", "fixture-note-two"]) expectNone(report, secret);
  },
);
