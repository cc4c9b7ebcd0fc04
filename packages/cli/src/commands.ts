import type { Command } from "commander";
import { addAdopt } from "./adopt/command.ts";
import { addAwsCredentials } from "./aws-credentials/commands/command.ts";
import { addDoctor } from "./doctor/command.ts";
import { addOrphans } from "./orphans/command.ts";
import { addRotate } from "./rotate/command.ts";

/**
 * Declares a command on the program. The file that does it is read on every start, so it imports
 * nothing but types; its action imports what it needs.
 */
export type AddCommand = (program: Command) => void;

/** Every command, in the order of the help. */
export const commands: readonly AddCommand[] = [
  addDoctor,
  addRotate,
  addAdopt,
  addOrphans,
  addAwsCredentials,
];
