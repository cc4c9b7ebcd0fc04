import type { Command } from "commander";
import { helpText } from "../terminal/help-text.ts";

export function addReport(program: Command): void {
  const report = program
    .command("report")
    .description("Show, merge and comment the reports of `opconnect preview`");
  report
    .command("render")
    .description("Show a report on the terminal, or write it in another form")
    .argument("<report>", "JSON that `opconnect preview --json` wrote")
    .option("--markdown <file>", "write Markdown, of 60,000 bytes at most")
    .option("--html <file>", "write one page that needs no network")
    .option("--spacelift <folder>", "write opconnect.custom.spacelift.json for its plan policies")
    .option("--summary", "add it to the job summary that GITHUB_STEP_SUMMARY names")
    .option("--whole <words>", "where the whole report is, for what has to leave out a part")
    .option("--detailed", "on the terminal, tell each change in full")
    .addHelpText("after", helpText(renderHelp))
    .action(async (file: string, options: unknown) => {
      const { renderReport } = await import("./render.ts");
      await renderReport(file, options);
    });
  report
    .command("merge")
    .description("Make one report of those of all shards")
    .argument("<reports...>", "JSON that each `opconnect preview --shard` wrote")
    .requiredOption("--json <file>", "where to write the merged report; - is standard output")
    .option("--allow-changes", "exit with 0 where stacks change")
    .addHelpText("after", helpText(mergeHelp))
    .action(async (files: readonly string[], options: unknown) => {
      const { mergeReportFiles } = await import("./merge.ts");
      await mergeReportFiles(files, options);
    });
  report
    .command("comment")
    .description("Put a report into the comment of a pull request or merge request")
    .argument("<report>", "JSON that `opconnect preview --json` wrote")
    .option("--check", "GitHub: write a check run too")
    .option("--fail-on <level>", "the check fails from this risk on: high, medium, low", "never")
    .option("--author <login>", "GitHub: login that comments of the token are written under")
    .option("--whole <words>", "where the whole report is, for what has to leave out a part")
    .addHelpText("after", helpText(commentHelp))
    .action(async (file: string, options: unknown) => {
      const { commentReport } = await import("./comment.ts");
      await commentReport(file, options);
    });
}

const renderHelp = `
Exit codes: 0 done · 1 failed · 64 wrong usage
`;

const mergeHelp = `
A shard that is missing is named, and counts as a failure.

Exit codes: 0 no change · 2 changes · 1 failed, or a shard is missing · 64 wrong usage
`;

const commentHelp = `
Which request is meant, and the token, come from the environment of the job and from nowhere else:
GITHUB_REPOSITORY, GITHUB_EVENT_PATH and GITHUB_TOKEN, or CI_PROJECT_ID, CI_MERGE_REQUEST_IID and
GITLAB_TOKEN.

Exit codes: 0 done · 1 failed, or the check did not pass · 64 wrong usage
`;
