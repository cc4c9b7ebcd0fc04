import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { RigAccess } from "../rig-access.ts";

/** A Connect token of a Connect server that no environment has: it was made for this, and is gone again. */
export async function tokenOfOtherServer(rig: RigAccess, vaultId: string): Promise<string> {
  const folder = await mkdtemp(join(rig.dir, "other-server-"));
  const op = async (...words: string[]) => {
    const { stdout } = await execa("op", words, { env: rig.env, extendEnv: false, cwd: folder });
    return stdout;
  };
  try {
    const printed = await op("connect", "server", "create", "other", "--vaults", vaultId);
    const serverId = /^UUID: (\w+)$/m.exec(printed)?.[1] ?? "";
    const scope = ["--server", serverId, "--vault", `${vaultId},r`];
    const token = await op("connect", "token", "create", "other", ...scope);
    await op("connect", "server", "delete", serverId);
    return token.trim();
  } finally {
    await rm(folder, { recursive: true });
  }
}
