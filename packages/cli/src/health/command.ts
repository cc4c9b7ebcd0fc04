import type { Command } from "commander";
import { helpText } from "../terminal/help-text.ts";

export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description("Check what an environment needs, and whether its Secrets are what 1Password has")
    .argument("[stack]", "Pulumi stack of an environment, e.g. acme-prod; else only this machine")
    .option("--cwd <folder>", "folder of the Pulumi project", ".")
    .option("--mend-state", "mend what a killed run left of a state that is kept in files")
    .option("--region <region>", "AWS region of the secrets, without a stack")
    .option("--profile <profile>", "AWS profile that reads them, without a stack")
    .option("--json", "print one JSON object")
    .addHelpText("after", helpText(helpOfDoctor))
    .action(async (stack: string | undefined, options: unknown) => {
      const { doctor } = await import("./doctor.ts");
      await doctor(stack, options);
    });
}

export function addVerify(program: Command): void {
  program
    .command("verify")
    .description("Prove that an environment's Secrets arrive, through its cluster and without `op`")
    .argument("<stack>", "Pulumi stack of an environment, e.g. acme-prod")
    .option("--cwd <folder>", "folder of the Pulumi project", ".")
    .option("--watch", "look again and again, and show what changes, until ^C")
    .option("--json", "print one JSON object")
    .addHelpText("after", helpText(helpOfVerify))
    .action(async (stack: string, options: unknown) => {
      const { verify } = await import("./verify.ts");
      await verify(stack, options);
    });
}

export function addKeys(program: Command): void {
  program
    .command("keys")
    .description("Tell which keys the Secret of an item will have, and what is left out of it")
    .argument("<item>", "the item's private link, or <vault>/<item>, each by title or id")
    .option(
      "--chart <version>",
      "version of the chart whose operator writes it; else the newest known",
    )
    .option("--json", "print one JSON object")
    .addHelpText("after", helpText(helpOfKeys))
    .action(async (item: string, options: unknown) => {
      const { keys } = await import("./keys/keys.ts");
      await keys(item, options);
    });
}

const helpOfDoctor = `
Without --mend-state it changes nothing.

Exit codes: 0 healthy · 1 not · 64 wrong usage
`;

const helpOfVerify = `
It changes nothing, and reads no value of an item. What 1Password has it asks the environment's own
Connect, with the operator's token, through the API server.

Exit codes: 0 all of it was seen to be right · 1 something is wrong · 2 nothing is wrong, but not all
was seen: it is on its way still, or could not be looked at · 64 wrong usage · 130 ended by ^C
`;

const helpOfKeys = `
It asks 1Password Connect where OP_CONNECT_HOST and OP_CONNECT_TOKEN are set, else \`op\`, as a person
or by OP_SERVICE_ACCOUNT_TOKEN. Of the item it keeps the labels, and prints no value. Neither a cluster
nor a stack is needed.

Exit codes: 0 Kubernetes takes the Secret · 1 it refuses the Secret as a whole · 64 wrong usage
`;
