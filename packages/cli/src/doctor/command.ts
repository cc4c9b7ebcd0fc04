import type { Command } from "commander";

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
    .addHelpText(
      "after",
      "\nWithout --mend-state it changes nothing.\n\nExit codes: 0 healthy · 1 not · 64 wrong usage\n",
    )
    .action(async (stack: string | undefined, options: unknown) => {
      const { doctor } = await import("./doctor.ts");
      await doctor(stack, options);
    });
}
