import { execa } from "execa";
import { z } from "zod";
import type { RigAccess } from "../rig-access.ts";

/** Ids of the account's vaults by title, as `op` lists them. */
export async function listedVaults(rig: RigAccess): Promise<ReadonlyMap<string, string>> {
  const vaults = z
    .array(z.object({ id: z.string(), name: z.string() }))
    .parse(await op(rig, ["vault", "list"]));
  return new Map(vaults.map(({ id, name }) => [name, id]));
}

/** How many Connect servers and Connect tokens of a client are alive. */
export async function activeMinted(
  rig: RigAccess,
  client: string,
): Promise<{ servers: number; tokens: number }> {
  const [servers, tokens] = await liveMinted(rig, client);
  return { servers: servers.length, tokens: tokens.length };
}

/** Ids of the Connect servers and Connect tokens of a client that are alive, of all names. */
export async function liveIds(rig: RigAccess, client: string): Promise<readonly string[]> {
  return (await liveMinted(rig, client)).flat();
}

async function liveMinted(rig: RigAccess, client: string) {
  const rows = z.array(z.object({ id: z.string(), name: z.string(), state: z.string() }));
  const live = async (kind: "server" | "token") =>
    rows
      .parse(await op(rig, ["connect", kind, "list"]))
      .filter(({ name, state }) => name.startsWith(`${client}-`) && state === "ACTIVE")
      .map(({ id }) => id);
  return [await live("server"), await live("token")] as const;
}

/** A Connect token that is alive, as `op` lists it. */
const listedToken = z.object({
  id: z.string(),
  name: z.string(),
  state: z.string(),
  vaults: z.array(z.object({ id: z.string(), acl: z.array(z.string()) })),
  expires_at: z.string().optional(),
});

/** The live Connect tokens of a client by name. */
export async function listedTokens(
  rig: RigAccess,
  client: string,
): Promise<ReadonlyMap<string, z.infer<typeof listedToken>>> {
  const rows = z.array(listedToken).parse(await op(rig, ["connect", "token", "list"]));
  const live = rows.filter(({ name, state }) => {
    return name.startsWith(`${client}-`) && state === "ACTIVE";
  });
  return new Map(live.map((row) => [row.name, row]));
}

/** Id of the only live Connect server of a name. */
export async function listedServer(rig: RigAccess, name: string): Promise<string> {
  const rows = z
    .array(z.object({ id: z.string(), name: z.string(), state: z.string() }))
    .parse(await op(rig, ["connect", "server", "list"]));
  const [only, ...others] = rows.filter((row) => row.name === name && row.state === "ACTIVE");
  if (only === undefined || others.length > 0) throw new Error(`${name} is not one server.`);
  return only.id;
}

/**
 * All vaults that the owner may manage, also those that others made, and all Connect servers and
 * tokens that are alive: equal lists mean that nothing was left behind in between.
 */
export async function accountContents(rig: RigAccess): Promise<readonly string[]> {
  const rows = z.array(
    z.object({ id: z.string(), name: z.string(), state: z.string().optional() }),
  );
  const lists = {
    vault: ["vault", "list", "--permission", "manage_vault"],
    "Connect server": ["connect", "server", "list"],
    "Connect token": ["connect", "token", "list"],
  };
  const listed = await Promise.all(
    Object.entries(lists).map(async ([kind, words]) =>
      rows
        .parse(await op(rig, words))
        .filter(({ state = "ACTIVE" }) => state === "ACTIVE")
        .map(({ id, name }) => `${kind} ${id} ${name}`),
    ),
  );
  return listed.flat().sort();
}

/** Runs `op` as the owner of the account and returns the JSON it prints; `[]` for none. */
export async function op(rig: RigAccess, words: readonly string[]): Promise<unknown> {
  const { stdout } = await execa("op", [...words, "--format", "json"], {
    env: rig.env,
    extendEnv: false,
    // From a pipe, some commands would wait for an item.
    stdin: "ignore",
  });
  return /^[[{]/.test(stdout) ? JSON.parse(stdout) : [];
}
