import { ConnectError } from "@opconnect/core";
import { attempt } from "./attempt.ts";
import type { PreflightSystems } from "./preflight-environment.ts";
import type { PreflightResult } from "./preflight-result.ts";

/** Since when `op vault list` knows `--permission`. */
const oldest = { major: 2, minor: 25 };

/** Is there an `op`, and is it new enough? */
export function checkOpVersion({ op }: PreflightSystems): Promise<PreflightResult> {
  return attempt({ check: "op-version" }, async () => {
    const version = await op.version();
    const [major = 0, minor = 0] = version.split(".").map(Number);
    const isNew = major > oldest.major || (major === oldest.major && minor >= oldest.minor);
    if (isNew) return { status: "ok", happened: `\`op\` is ${version}.` };
    throw new ConnectError(
      "OP_TOO_OLD",
      `\`op\` is ${version}; opconnect needs ${oldest.major}.${oldest.minor} or later.`,
      "Update the 1Password CLI: https://developer.1password.com/docs/cli/get-started.",
    );
  });
}
