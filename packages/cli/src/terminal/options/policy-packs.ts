import type { Command } from "commander";
import { z } from "zod";
import { collected } from "./collected.ts";

/** Adds the options that hold stacks to policy packs, as `pulumi` has them. */
export function addPolicyPackOptions(command: Command): Command {
  return command
    .option(
      "--policy-pack <folder>",
      "policy pack to hold them to, e.g. node_modules/@opconnect/policy; may be repeated",
      collected,
      [],
    )
    .option(
      "--policy-pack-config <file>",
      "configuration of the policy pack, JSON; may be repeated, in the same order",
      collected,
      [],
    );
}

/** What commander makes of these options; none of a command that does not have them. */
export const policyPackOptions = {
  policyPack: z.array(z.string()).default([]),
  policyPackConfig: z.array(z.string()).default([]),
};

/** The packs that were named; nothing where none was. */
export function namedPolicyPacks({
  policyPack: packs,
  policyPackConfig: configs,
}: {
  readonly policyPack: readonly string[];
  readonly policyPackConfig: readonly string[];
}) {
  return packs.length + configs.length > 0 ? { packs, configs } : undefined;
}
