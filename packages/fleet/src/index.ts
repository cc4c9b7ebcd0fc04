export {
  type ApplyOptions,
  applicable,
  applyReviewed,
  type PlannedUpdate,
  type StackEnd,
} from "./apply/apply-reviewed.ts";
export {
  type Journal,
  openJournal,
  readPurpose,
  type StackName,
} from "./apply/journal.ts";
export { runWaves } from "./apply/run-waves.ts";
export { planByPulumi, type ReviewedStack } from "./apply/update-by-pulumi.ts";
export {
  planWaves,
  type Wave,
  type WavePlan,
  type WaveStack,
} from "./apply/waves.ts";
export {
  type ReviewedRequest,
  reviewedRequest,
} from "./comment/ci-job.ts";
export {
  type CommentOptions,
  commentOn,
} from "./comment/comment-on.ts";
export type { FailOn } from "./comment/github-check.ts";
export { writeJobSummary } from "./comment/job-summary.ts";
export {
  type FleetMinting,
  type MintedStack,
  openMinting,
  type StackNeeds,
} from "./mint/mint-fleet.ts";
export { countNeeds, isWork, type MintingTotals, type ResourceNeed } from "./mint/need.ts";
export { stacksOfFiles } from "./mint/stacks-of-files.ts";
export { type FleetPreviewRequest, previewFleet } from "./preview/fleet.ts";
export type { PreviewProgress } from "./preview/progress.ts";
export { renderHtml } from "./render/html.ts";
export { type MarkdownOptions, renderMarkdown } from "./render/markdown.ts";
export { renderSpacelift, spaceliftFile } from "./render/spacelift.ts";
export { renderTerminal, type TerminalOptions, type Tone } from "./render/terminal.ts";
export { describeStack, type StackRun } from "./report/describe-stack.ts";
export { fleetOutcome, mergeReports, missingShards } from "./report/merge.ts";
export {
  type FleetReport,
  fleetReportSchema,
  type StackReport,
  stackReportSchema,
} from "./report/model.ts";
export { parseReportFile, renderReportFile } from "./report/report-file.ts";
export { type ChangeGroup, groupStacks } from "./report/shapes/group.ts";
export { readCheckpoints } from "./stacks/checkpoints.ts";
export { declaredWave, declaredWaves } from "./stacks/declared-wave.ts";
export { listStacks, type StackList } from "./stacks/list.ts";
export { findPolicyPacks, type PolicyPacks } from "./stacks/policy-packs.ts";
export { type FleetProject, readProject } from "./stacks/project.ts";
export { type Selection, selectStacks } from "./stacks/select.ts";
export { isInShard, parseShard, type Shard, wholeFleet } from "./stacks/shard.ts";
export { createStack, type FleetStack } from "./stacks/stack.ts";
export {
  parseStackEnvironment,
  type StackAccountToken,
  type StackEnvironment,
  type StackMinted,
} from "./state/environment.ts";
export { readStatus } from "./status/fleet-status.ts";
export type { CredentialStatus, StackStatus, VaultReach } from "./status/model.ts";
export { renderStatusPage } from "./status/page.ts";
