import type { PreflightEnvironment, PreflightSystems } from "./preflight/preflight-environment.ts";
import type { PreflightResult } from "./preflight/preflight-result.ts";

export type {
  PreflightEnvironment,
  PreflightSecret,
  PreflightSystems,
  PreflightVault,
} from "./preflight/preflight-environment.ts";
export type { PreflightCheck, PreflightResult } from "./preflight/preflight-result.ts";

/**
 * Looks whether everything is in place to mint and deploy an environment. Changes nothing, and does
 * not throw for what it finds: each check has its results, and checks that need one that failed are
 * skipped.
 */
export async function runPreflight(
  _environment: PreflightEnvironment,
  _systems: PreflightSystems,
): Promise<readonly PreflightResult[]> {
  return [];
}
