import type { Command } from "commander";
import { helpText } from "../terminal/help-text.ts";
import { collected } from "../terminal/options/collected.ts";
import { addPolicyPackOptions } from "../terminal/options/policy-packs.ts";

export function addPreview(program: Command): void {
  const command = addFleetPreview(program, "preview")
    .description("Show what a change does to many stacks, in one report")
    .option("--affected", "only stacks whose result can differ; the others count as not looked at")
    .option("--base <ref>", "with --affected: what the working tree is compared with, in git");
  addPolicyPackOptions(command).addHelpText("after", helpText(helpOf("preview")));
}

export function addDrift(program: Command): void {
  addFleetPreview(program, "drift")
    .description("Show what others changed in many environments since their last update")
    .addHelpText("after", helpText(helpOf("drift")));
}

function addFleetPreview(program: Command, kind: "preview" | "drift"): Command {
  return program
    .command(kind)
    .argument("[stacks...]", "names of stacks, and globs such as 'acme-*'; all of the project")
    .option("--client <client>", "only stacks of this client; may be repeated", collected, [])
    .option("--environment <name>", "only stacks of this environment", collected, [])
    .option("--tag <key=value>", "only stacks with this tag in the backend", collected, [])
    .option("--shard <i/n>", "only this part of them, e.g. 2/5")
    .option("--cwd <folder>", "folder of the Pulumi project", ".")
    .option("--parallel <number>", "stacks at a time; one more than there are processors")
    .option("--timeout <duration>", "how long one stack may take, e.g. 15m", "10m")
    .option("--json <file>", "write the report as JSON; - is standard output")
    .option("--markdown <file>", "write the report as Markdown, as for a comment")
    .option("--html <file>", "write the report as one page of HTML")
    .action(async (stacks: readonly string[], options: unknown) => {
      const { preview } = await import("./preview.ts");
      await preview(kind, stacks, options);
    });
}

function helpOf(kind: "preview" | "drift"): string {
  const nothing = kind === "preview" ? "no change" : "no drift";
  return `
It starts no \`op\`, reads no secret and changes nothing. No secret stands in any report.

Exit codes: 0 ${nothing} · 2 ${kind === "preview" ? "changes" : "drift"} · 1 failed, or one of the stacks · 64 wrong usage
`;
}
