import { readProject } from "../../../packages/fleet/src/stacks/project.ts";
import { selectStacks } from "../../../packages/fleet/src/stacks/select.ts";
import { parseShard } from "../../../packages/fleet/src/stacks/shard.ts";
import { createStack } from "../../../packages/fleet/src/stacks/stack.ts";
import type { Remedies } from "./remedy.ts";

const stacks = [createStack("acme-prod"), createStack("globex-dev")];

export const fleetRemedies: Remedies = {
  FLEET_PREVIEW_FAILED: { byHand: "what went wrong is in the engine's own text" },
  FLEET_UPDATE_FAILED: { byHand: "what went wrong is in the engine's own text" },
  FLEET_PREVIEW_INCOMPLETE: { byHand: "only a person can look at it" },
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
  PULUMI_PASSPHRASE_MISSING: { byHand: "only its owner knows a passphrase" },
  PULUMI_BACKEND_UNREACHABLE: { byHand: "the backend is the user's own, and so is the network" },
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
  PROGRAM_INVALID: { byHand: "what a program should say only its author knows" },
  PROGRAM_NOT_INSTALLED: { byHand: "it is the user's package manager that installs" },
  PREVIEW_TIMED_OUT: { byHand: "how long a preview may take only the user knows" },
  PREVIEW_ENDED: { byHand: "what ended the process the machine knows, and its owner" },
  FLEET_REVIEW_STALE: { byHand: "the review is a person's" },
  FLEET_COMMENT_DENIED: { byHand: "only a person may give a job its rights" },
  FLEET_COMMENT_FAILED: {
    file: "packages/fleet/src/comment/github.test.ts",
    test: [
      "%s says what the service did not do",
      "a comment of which no answer came is found, not made twice",
    ],
  },
  PROGRAM_FAILED: { byHand: "what a program should do only its author knows" },
  MINTING_UNDECIDED: { byHand: "it takes a person who reaches the cluster" },
};
