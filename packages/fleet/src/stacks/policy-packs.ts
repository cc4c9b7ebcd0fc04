import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ConnectError } from "@opconnect/core/connect-error";
import { unlessCode } from "@opconnect/core/has-code";

/** Policy packs that stacks are held to. */
export interface PolicyPacks {
  /** Folders, each with a `PulumiPolicy.yaml`. */
  readonly packs: readonly string[];
  /** JSON files with the configuration of each, in the same order. */
  readonly configs: readonly string[];
}

/**
 * Finds the policy packs that were named, by whole paths.
 * @throws `ARGUMENT_INVALID` if there is none in a folder, or no file of a configuration.
 */
export async function findPolicyPacks({ packs, configs }: PolicyPacks): Promise<PolicyPacks> {
  for (const folder of packs) {
    if (await isFile(join(folder, "PulumiPolicy.yaml"))) continue;
    throw new ConnectError(
      "ARGUMENT_INVALID",
      `There is no policy pack in ${resolve(folder)}: it has no \`PulumiPolicy.yaml\`.`,
      "Install it, and name its folder, e.g. `--policy-pack node_modules/@opconnect/policy`.",
    );
  }
  for (const file of configs) {
    if (await isFile(file)) continue;
    throw new ConnectError(
      "ARGUMENT_INVALID",
      `There is no file ${resolve(file)}, which \`--policy-pack-config\` names.`,
      "Name the JSON file with the configuration of the policy pack.",
    );
  }
  if (configs.length > packs.length) {
    throw new ConnectError(
      "ARGUMENT_INVALID",
      "There are more configurations than policy packs.",
      "Pass `--policy-pack` as often as `--policy-pack-config`, in the same order.",
    );
  }
  return {
    packs: packs.map((path) => resolve(path)),
    configs: configs.map((path) => resolve(path)),
  };
}

/** The packs as options of `pulumi`. */
export function policyPackWords({ packs, configs }: PolicyPacks): readonly string[] {
  return [
    ...packs.flatMap((pack) => ["--policy-pack", pack]),
    ...configs.flatMap((config) => ["--policy-pack-config", config]),
  ];
}

async function isFile(path: string): Promise<boolean> {
  const found = await unlessCode(["ENOENT", "ENOTDIR"], () => stat(path));
  return found?.isFile() === true;
}
