import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, vi } from "vitest";
import { fixtureReport } from "../../../packages/fleet/fixtures/fixture-report.ts";
import { recordedRun } from "../../../packages/fleet/fixtures/recorded-run.ts";
import { startStrictGitHub } from "../../../packages/fleet/fixtures/strict-github.ts";
import { applicable } from "../../../packages/fleet/src/apply/apply-reviewed.ts";
import { planByPulumi } from "../../../packages/fleet/src/apply/update-by-pulumi.ts";
import { createGitHub, pullRequestComments } from "../../../packages/fleet/src/comment/github.ts";
import { putComment } from "../../../packages/fleet/src/comment/own-comment.ts";
import { createStackMinting } from "../../../packages/fleet/src/mint/stack-minting.ts";
import { describeStack } from "../../../packages/fleet/src/report/describe-stack.ts";
import { readProject } from "../../../packages/fleet/src/stacks/project.ts";
import { selectStacks } from "../../../packages/fleet/src/stacks/select.ts";
import { parseShard } from "../../../packages/fleet/src/stacks/shard.ts";
import { createStack } from "../../../packages/fleet/src/stacks/stack.ts";
import {
  app,
  data,
  serverRequest,
} from "../../../packages/provision/fixtures/data/server-request.ts";
import { createMemoryOp } from "../../../packages/provision/fixtures/fakes/memory-op.ts";
import { createMemoryStore } from "../../../packages/provision/fixtures/fakes/memory-store.ts";
import { ensureServer } from "../../../packages/provision/src/server/ensure.ts";
import { mintServer } from "../../../packages/provision/src/server/mint.ts";
import { updateServerGrants } from "../../../packages/provision/src/server/update-grants.ts";
import type { Remedies } from "./remedy.ts";

const stacks = [createStack("acme-prod"), createStack("globex-dev")];

/** The GitHub that these remedies are tried on. */
export const gitHub = await startStrictGitHub();

/** Comments with the token of a job. */
function comment(token: string): Promise<string> {
  const access = { token, apiUrl: gitHub.url, repository: gitHub.repository, secondMs: 5 };
  return putComment(pullRequestComments(createGitHub(access), access, 1), "ours");
}

/** What the real engine said of a stack, as it is reported; a problem is thrown. */
function preview(change: Parameters<typeof recordedRun>[0], ...said: readonly unknown[]) {
  const run = recordedRun(change);
  const report = describeStack({ ...run, events: [...said, ...run.events] });
  for (const { code, happened, remedy } of report.problems) {
    throw new Error(`${happened} ${remedy} [${code}]`);
  }
  return report;
}

/** What the engine said, of a cluster that refused a change. */
const refusal = "failed to fully initialize";

/** A `pulumi` whose update a cluster refuses until that is mended. */
export const fleetFolder = await mkdtemp(join(tmpdir(), "opconnect-remedies-fleet-"));
const [pulumi, mended] = [join(fleetFolder, "pulumi"), join(fleetFolder, "mended")];
const recordings = join(import.meta.dirname, "../../../packages/fleet/fixtures/previews");
await writeFile(
  pulumi,
  `#!/bin/sh
echo '{"preludeEvent":{"config":{}}}'
if [ -e ${mended} ]; then cat ${recordings}/acme-prod.vault-added.jsonl; exit; fi
cat ${recordings}/acme-prod.provider-refuses.jsonl
exit 255
`,
  { mode: 0o755 },
);

/** Applies what was reviewed of a stack. */
async function update(): Promise<void> {
  const folders = { root: fleetFolder, programFolder: fleetFolder, stackFolder: fleetFolder };
  const project = { ...folders, name: "clients", file: join(fleetFolder, "Pulumi.yaml") };
  vi.stubEnv("PATH", `${fleetFolder}:${process.env.PATH}`);
  try {
    const plan = await planByPulumi({
      project: { ...project, entryPoint: ".", runtime: "nodejs", runtimeOptions: {} },
      stack: createStack("acme-prod"),
      checkpoint: async () => undefined,
      previewLimitMs: 60_000,
      terminated: new AbortController().signal,
    });
    const because = await plan.apply();
    await plan.dispose();
    if (because !== undefined) throw new Error(because);
  } finally {
    vi.unstubAllEnvs();
  }
}

/** What a program declares of a vault whose title it takes from somewhere. */
const declareVault = (title: string) =>
  createStackMinting(
    {
      minting: new Map([
        ["Vault", { need: async () => ({ action: "create" as const }), mint: async () => "id" }],
      ]),
    },
    "/",
    "find out",
  ).declare({ kind: "Vault", urn: "a::b", inputs: { title }, isTransformed: false });

/** As the engine hands on what is not known yet. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const account = { op: createMemoryOp(), store: createMemoryStore() };

export const fleetRemedies: Remedies = {
  FLEET_PREVIEW_FAILED: {
    says: "`pulumi preview --stack acme-prod`",
    refused: () => preview("provider-refuses"),
    mended(error) {
      // The recorded engine was that of this command, and told what the report does not.
      expect(error).not.toContain(refusal);
      expect(JSON.stringify(recordedRun("provider-refuses").events)).toContain(refusal);
      preview("no-change");
    },
  },
  FLEET_UPDATE_FAILED: {
    says: "`pulumi up --stack acme-prod`",
    refused: update,
    async mended(error) {
      const { stdout } = await execa(pulumi, ["up", "--stack", "acme-prod"], { reject: false });
      expect(error).not.toContain(refusal);
      expect(stdout).toContain(refusal);
      await writeFile(mended, "");
      await update();
    },
  },
  FLEET_PREVIEW_INCOMPLETE: {
    // As the Kubernetes provider says it of a chart with a value that is not known yet.
    refused: () => {
      const message = "Input properties have unknown values. Preview is incomplete.";
      return preview("first-create", { diagnosticEvent: { severity: "warning", message } });
    },
    mended: () => preview("first-create"),
  },
  FLEET_REPORT_INVALID: {
    file: "packages/fleet/src/report/report-file.test.ts",
    test: ["a report with %s is refused", "a report is read as it was written"],
  },
  FLEET_REPORT_VERSION: {
    file: "packages/fleet/src/report/report-file.test.ts",
    test: [
      "a report of another version is told from one that is broken",
      "a report is read as it was written",
    ],
  },
  FLEET_REPORT_MISMATCH: {
    file: "packages/fleet/src/report/merge.test.ts",
    test: [
      "reports %s are refused",
      "shards of one run make one report, whatever the order, and twice the same is once",
    ],
  },
  FLEET_BUSY: {
    file: "packages/fleet/src/apply/journal.test.ts",
    test: "two runs at once do not share one",
  },
  PROJECT_INVALID: {
    refused: () => readProject("/"),
    mended: () => readProject(import.meta.dirname),
  },
  STACK_NOT_FOUND: {
    refused: () => selectStacks(stacks, { names: ["acme-prd"] }),
    mended: () => selectStacks(stacks, { names: ["acme-prod"] }),
  },
  STACK_NONE_MATCHED: {
    refused: () => selectStacks(stacks, { clients: ["acme"], environments: ["dev"] }),
    mended: () => selectStacks(stacks, { clients: ["acme"] }),
  },
  SHARD_INVALID: { refused: () => parseShard("6/5"), mended: () => parseShard("2/5") },
  FLEET_REVIEW_STALE: {
    says: "mend what fails there",
    refused: () => applicable(fixtureReport([describeStack(recordedRun("provider-refuses"))])),
    mended: () => applicable(fixtureReport([preview("vault-added")])),
  },
  FLEET_COMMENT_DENIED: {
    says: "Give the job a token that may write comments",
    refused: () => comment("fixture-token-of-nobody"),
    async mended() {
      expect(await comment(gitHub.token)).toBe("created");
    },
  },
  FLEET_COMMENT_FAILED: {
    file: "packages/fleet/src/comment/github.test.ts",
    test: [
      "%s says what the service did not do",
      "a comment of which no answer came is found, not made twice",
    ],
  },
  MINTING_UNDECIDED: [
    {
      says: "Take it from the stack's configuration",
      refused: () => declareVault(unknown),
      mended: () => declareVault("acme-prod-app"),
    },
    {
      says: "reaches the cluster runs `pulumi up ",
      async refused() {
        await ensureServer({ ...serverRequest, vaults: [app, data] }, account);
        await mintServer(serverRequest, account);
      },
      async mended() {
        const [server] = account.op.servers;
        const update = { ...serverRequest, serverId: server?.id ?? "", previous: [app, data] };
        await updateServerGrants(update, account);
        await mintServer(serverRequest, account);
      },
    },
  ],
};
