import { isSameOnePasswordId } from "@opconnect/core";
import { attempt } from "./attempt.ts";
import type { PreflightEnvironment, PreflightSystems } from "./preflight-environment.ts";
import type { PreflightResult } from "./preflight-result.ts";

/** May this person create Connect servers? To others `op` refuses their list. */
export function checkMintingRight(
  { serverId }: PreflightEnvironment,
  { op }: PreflightSystems,
): Promise<PreflightResult> {
  return attempt({ check: "minting-right" }, async () => {
    const servers = await op.listServers();
    const server = servers.find(({ id }) => isSameOnePasswordId(id, serverId ?? ""));
    if (server?.state === "REVOKED") {
      return {
        status: "warning",
        happened: `You may create Connect servers. The environment's own, "${server.name}" (${server.id}), was deleted.`,
        remedy: "The next `pulumi up` creates another one, with new credentials.",
      };
    }
    return { status: "ok", happened: "You may create Connect servers." };
  });
}
