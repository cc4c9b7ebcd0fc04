import { setUpEngineer } from "../harness/aws/engineer.ts";
import { printProgress } from "../rig/progress.ts";
import type { Rig } from "../rig/rig.ts";
import {
  fillAwsCache,
  measureAwsCacheHit,
  measureAwsKeychainHit,
  measureAwsStartUp,
} from "./aws-cache-hit.ts";
import type { Figure } from "./figure.ts";

/** The figures of `opconnect aws-credentials`. */
export async function measureAwsCredentials(
  rig: Pick<Rig, "dir" | "env" | "kubeconfig">,
  runs: number,
): Promise<Readonly<Record<string, Figure>>> {
  const engineer = await setUpEngineer(rig, printProgress());
  try {
    await fillAwsCache(engineer);
    return {
      ...(await measureAwsCacheHit(engineer, 3 * runs)),
      "AWS command start-up": await measureAwsStartUp(engineer, 3 * runs),
      "AWS keychain hit, whole": await measureAwsKeychainHit(engineer, runs),
    };
  } finally {
    await engineer.stop();
  }
}
