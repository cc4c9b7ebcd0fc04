import { blindPreview } from "@opconnect/core/blind-preview";
import { expect, test } from "vitest";
import { type RecordedChange, recordedRun } from "../../fixtures/recorded-run.ts";
import { secretInClear } from "../../fixtures/secret-in-clear.ts";
import { describeStack } from "./describe-stack.ts";
import { stackReportSchema } from "./model.ts";
import { groupStacks } from "./shapes/group.ts";

const described = (change: RecordedChange) => describeStack(recordedRun(change));

/** Steps as `operation Type name`, without the type's package. */
function steps(change: RecordedChange): readonly string[] {
  return described(change).steps.map(
    ({ operation, type, name }) => `${operation} ${type.split(":").at(-1)} ${name}`,
  );
}

/** Changes of all steps as `name path: before → after`. */
function changes(change: RecordedChange): readonly string[] {
  const text = (shown: object | undefined) =>
    shown === undefined ? "–" : String(Object.values(shown)[0]);
  return described(change).steps.flatMap((step) =>
    step.changes.map(
      ({ path, before, after }) => `${step.name} ${path}: ${text(before)} → ${text(after)}`,
    ),
  );
}

const risks = (change: RecordedChange) =>
  described(change).risks.map(({ kind, level }) => `${level} ${kind}`);

const minting = (change: RecordedChange) =>
  described(change).minting.map(({ kind, name, because }) => `${kind} ${name} ${because}`);

test("a first create makes everything, and needs a person for servers, tokens and vaults", () => {
  const report = described("first-create");
  expect(report).toMatchObject({ project: "clients", stack: "acme-prod", outcome: "changed" });
  expect(new Set(report.steps.map(({ operation }) => operation))).toEqual(new Set(["create"]));
  // The stack itself, and what the engine has for its own use, are not counted.
  expect(report.steps).toHaveLength(34);
  expect(minting("first-create")).toEqual([
    "vault acme-prod-app new",
    "vault acme-prod-data new",
    "server acme-prod new",
    "token acme-prod-ci new",
    "token acme-prod-operator new",
  ]);
  expect(risks("first-create")).toEqual(["medium minting"]);
});

test("without a change there is none", () => {
  const report = described("no-change");
  expect(report).toMatchObject({ outcome: "unchanged", steps: [], outputs: [], risks: [] });
});

test("of a replacement that was not ended, the old one is told as what is left of it", () => {
  const run = recordedRun("server-replaced");
  const left = run.events.filter((event) => JSON.stringify(event).includes('"delete-replaced"'));
  const told = describeStack({ ...run, events: left }).steps.find(({ type }) =>
    /Server$/.test(type),
  );
  expect(told).toMatchObject({ operation: "delete", leftover: true, changes: [] });
});

test("the three steps of a replacement are one, with its causes", () => {
  expect(described("server-replaced").steps.filter(({ type }) => /Server$/.test(type))).toEqual([
    expect.objectContaining({
      operation: "replace",
      name: "acme-prod-server",
      causes: ["revision"],
    }),
  ]);
  expect(minting("server-replaced")).toEqual([
    "server acme-prod replaced",
    "token acme-prod-ci replaced",
    "token acme-prod-operator replaced",
  ]);
  expect(risks("server-replaced")[0]).toBe("high server-replaced");
});

test("a dynamic resource's difference is found in its inputs", () => {
  expect(changes("access-widened")).toContain(
    "acme-prod-server vaults[data].access: read → read-write",
  );
  expect(minting("access-widened")).toEqual([
    "grant acme-prod changed",
    "token acme-prod-operator replaced",
  ]);
  expect(risks("access-widened")).toContain("high access-widened");
});

test("the source text of a provider is not shown", () => {
  for (const change of ["first-create", "access-widened", "server-replaced"] as const) {
    expect(JSON.stringify(described(change))).not.toMatch(/__provider|fixture/);
  }
});

test("a change of nothing but a secret is one that is not shown", () => {
  expect(steps("secret-only")).toEqual(["replace Secret note"]);
  expect(changes("secret-only")).toEqual(["note stringData: not shown → not shown"]);
});

test("an output that changes is named, and its value is not shown", () => {
  expect(described("plain-output")).toMatchObject({
    outcome: "changed",
    steps: [],
    outputs: [{ path: "plain", before: { hidden: "not shown" }, after: { hidden: "not shown" } }],
  });
});

test("an item that goes takes its Secret with it, and one that moves does so too", () => {
  expect(described("item-dropped").risks).toEqual([
    {
      kind: "secret-deleted",
      level: "high",
      text: "The Secret acme-app/redis is deleted with its item.",
    },
  ]);
  expect(risks("item-moved")).toContain("high secret-moved");
  expect(changes("item-moved")).toContain("acme-prod-scope namespaces[]: – → acme-data");
});

test("a rotation says why", () => {
  expect(minting("rotation")).toEqual(["token acme-prod-operator rotation"]);
  const because = changes("rotation").find((text) => text.includes("rotation.because"));
  expect(because).toMatch(/– → rotateAfter 60d passed on \d{4}-\d\d-\d\d$/);
});

test("a vault that leaves the environment is said to stay", () => {
  expect(described("vault-dropped").steps).toContainEqual(
    expect.objectContaining({ operation: "delete", name: "acme-prod-data", retained: true }),
  );
  expect(risks("vault-dropped")).toContain("low vault-deleted");
});

test("a vault that is deleted with what is in it is a high risk, and needs a person", () => {
  const { risks, minting } = describeStack(recordedRun("vault-deleted", "initech"));
  expect(risks).toContainEqual({
    kind: "vault-deleted",
    level: "high",
    text: 'The vault "initech-dev-old" is deleted with all items in it.',
  });
  expect(minting).toContainEqual({
    kind: "vault",
    name: "initech-dev-old",
    because: "deleted",
  });
});

test("a chart upgrade shows its version, its images and nothing that is not foreseen", () => {
  expect(described("chart-upgrade").outcome).toBe("changed");
  expect(changes("chart-upgrade")).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/containers\[connect-api\]\.image: .*connect-api:1\.8\.1 → /),
      expect.stringMatching(/valueFrom: not shown → –$/),
    ]),
  );
});

test("a change that the cluster refuses has failed", () => {
  const { outcome, problems } = described("provider-refuses");
  expect(outcome).toBe("failed");
  expect(problems).toEqual([
    expect.objectContaining({
      code: "FLEET_PREVIEW_FAILED",
      happened: expect.stringMatching(/^acme-prod-chart:.*: The engine reported an error/),
    }),
  ]);
});

test("a tag of a program's own choice is not shown, nor what it is called", () => {
  expect(new Set(changes("store-tags"))).toEqual(
    new Set(["ci", "credentials", "operator"].map((of) => `acme-prod-${of} tags: – → not shown`)),
  );
});

test("a group that gets a role in a vault has access", () => {
  expect(described("vault-groups").risks[0]?.text).toBe(
    'The vault "acme-prod-app" can be used by "Platform" (manage).',
  );
});

test("an operator that watches more is a risk, all namespaces the greater one", () => {
  expect(risks("watch-wider")).toContain("medium watch-widened");
  expect(risks("watch-all")).toEqual(["high access-widened", "high watch-widened"]);
});

test("what a refresh finds is drift", () => {
  expect(steps("refresh")).toContain("refresh CredentialSecret acme-prod-ci");
  expect(risks("refresh")).toContain("high drift");
});

test("an error of opconnect is known by its code, and its text is not shown", () => {
  const { outcome, problems, risks } = described("refused");
  expect(outcome).toBe("failed");
  expect(problems).toEqual([
    {
      code: "VAULT_KEY_UNKNOWN",
      happened: "environment: A vault key is used that the environment does not declare.",
      remedy:
        "Declare the vault under `vaults`, or correct the key. What is concerned, `pulumi preview --stack acme-prod` says.",
    },
  ]);
  expect(JSON.stringify(problems)).not.toContain("nowhere");
  expect(risks[0]?.kind).toBe("failed");
});

test("nothing is told of an exception of the program but that there was one", () => {
  const { outcome, problems } = described("thrown");
  expect(outcome).toBe("failed");
  expect(problems).toEqual([expect.objectContaining({ code: "FLEET_PREVIEW_FAILED" })]);
  expect(JSON.stringify(problems)).not.toMatch(/could not use|Zml4dHVy/);
});

test("a run without events, or with a failure of its own, has failed", () => {
  const { events: _, ...run } = recordedRun("no-change");
  expect(describeStack({ ...run, events: [] })).toMatchObject({
    outcome: "failed",
    problems: [{ code: "FLEET_PREVIEW_FAILED" }],
  });
  const failure = { code: "PULUMI_FAILED", happened: "It took too long.", remedy: "Wait longer." };
  const report = describeStack({ ...run, events: recordedRun("no-change").events, failure });
  expect(report).toMatchObject({ outcome: "failed", problems: [failure] });
});

test("a risk of the configuration is there, whatever becomes of the preview", () => {
  const configurationRisks = [secretInClear];
  for (const change of ["no-change", "thrown", "first-create"] as const) {
    const { risks } = describeStack({ ...recordedRun(change), configurationRisks });
    expect(risks).toContainEqual(secretInClear);
  }
  const never = describeStack({ ...recordedRun("no-change"), events: [], configurationRisks });
  expect(never).toMatchObject({ outcome: "failed", risks: [{ kind: "failed" }, secretInClear] });
});

test("events that make no sense are passed over", () => {
  const { events, ...run } = recordedRun("item-dropped");
  const odd = [null, 7, "text", {}, { resourcePreEvent: 7 }, { diagnosticEvent: {} }];
  const report = describeStack({ ...run, events: [...odd, ...events] });
  expect(report.steps).toHaveLength(3);
});

test.each(["first-create", "item-moved", "refresh", "thrown"] as const)(
  "the report of %s has the published form, and its digest is the same each time",
  (change) => {
    const report = described(change);
    expect(stackReportSchema.parse(report)).toEqual(report);
    expect(described(change).digest).toBe(report.digest);
  },
);

test("stacks to which the same happens have one shape, others another", () => {
  const shape = (change: RecordedChange, client: "acme" | "initech") =>
    describeStack(recordedRun(change, client)).shape;
  expect(shape("first-create", "initech")).toBe(shape("first-create", "acme"));
  expect(shape("chart-upgrade", "initech")).toBe(shape("chart-upgrade", "acme"));
  expect(shape("chart-upgrade", "acme")).not.toBe(shape("first-create", "acme"));
});

test("policies that are violated are risks by what enforces them, without their own words", () => {
  const { outcome, risks, problems } = described("policies-violated");
  expect(risks.filter(({ kind }) => kind === "policy-violation")).toEqual([
    {
      kind: "policy-violation",
      level: "high",
      text: 'The policy "no-vault-without-icon" of house-rules is violated by acme-prod-app.',
    },
    ...["acme-prod-app", "clients-acme-prod"].map((on) => ({
      kind: "policy-violation",
      level: "medium",
      text: `The policy "few-resources" of house-rules is violated by ${on}.`,
    })),
  ]);
  // The engine ends such a preview as failed, and says no more than that.
  expect(outcome).toBe("failed");
  expect(problems).toMatchObject([
    { happened: "A mandatory policy is violated, so that no update will run." },
  ]);
});

// As engine 3.250 and the language host for YAML 1.25.0 told them.
test.each([
  [
    "reported",
    [
      {
        prefix: "error: ",
        message:
          'resource or variable named "fixture-secret" could not be found\n\n  on Pulumi.yaml line 5:\n   5: outputs: { size: fixture-secret }\n\n\n',
        severity: "error",
      },
      { message: "Error registering output [size]: no diagnostics\n", severity: "error" },
    ],
    "The engine reported an error in line 5 of Pulumi.yaml, whose text may hold a secret.",
  ],
  [
    "printed",
    [
      { message: "Warning: 'fn::' is a reserved prefix\n\n", severity: "info#err" },
      { message: "  on Pulumi.yaml line 4:\n\n", severity: "info#err" },
      {
        message:
          "Error: error resolving type of resource fixture-secret: internal error loading package\n\n",
        severity: "info#err",
      },
      { message: "  on Pulumi.yaml line 5:\n\n", severity: "info#err" },
    ],
    "The preview did not come to its end. The program printed an error in line 5 of Pulumi.yaml, whose text may hold a secret.",
  ],
  [
    "printed, and not known as one",
    [{ message: "fixture-secret\n", severity: "info#err" }],
    "The preview did not come to its end. What the program printed may say why, and may hold a secret.",
  ],
])(
  "an error of a program in YAML that is %s is told by its line, without its text",
  (_, told, happened) => {
    const events = [
      ...told.map((diagnosticEvent) => ({ diagnosticEvent })),
      { summaryEvent: { result: "failed" } },
    ];
    const report = describeStack({ project: "clients", stack: "acme-prod", events });
    expect(report).toMatchObject({
      outcome: "failed",
      problems: [{ code: "FLEET_PREVIEW_FAILED", happened }],
    });
    expect(JSON.stringify(report)).not.toContain("fixture-secret");
  },
);

test.each([
  [
    "[CLUSTER_UNREACHABLE]",
    /could not be asked \(CLUSTER_UNREACHABLE: .*\), and what it has was not looked at.*Check that/,
  ],
  ["", /yet to make the cluster, and what it has was not looked at/],
])(
  "a preview that went without its cluster is one, and says so, without its text: %s",
  (code, told) => {
    const run = recordedRun("no-change");
    const message = `The cluster https://fixture-host: no. ${blindPreview}: no. ${code}`;
    const urn = "urn:pulumi:acme-prod::clients::type::acme-prod-cluster";
    const said = { diagnosticEvent: { severity: "warning", message, urn } };
    const report = describeStack({ ...run, events: [said, said, ...run.events] });
    expect(report).toMatchObject({ outcome: "unchanged", steps: [], risks: [] });
    const { problems } = stackReportSchema.parse(report);
    expect(problems.map(({ code }) => code)).toEqual(["FLEET_PREVIEW_INCOMPLETE"]);
    expect(problems.map((each) => `${each.happened} ${each.remedy}`).join("")).toMatch(told);
    expect(JSON.stringify(report)).not.toContain("fixture-host");
    expect(groupStacks([report])).toHaveLength(1);
  },
);
