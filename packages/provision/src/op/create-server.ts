import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  ConnectError,
  isOnePasswordId,
  isSameOnePasswordId,
  parseCredentialsFile,
} from "@opconnect/core";
import { inTemporaryFolder } from "../process/temporary-folder.ts";
import type { CreatedServer, NewServer, OpServer } from "./op-cli.ts";
import { unexpectedOutput } from "./op-output.ts";
import type { OpCommand, OpRun } from "./run-op.ts";

interface ServerCommands {
  readonly run: OpRun;
  readonly listServers: () => Promise<readonly OpServer[]>;
  readonly deleteServer: (id: string) => Promise<void>;
}

/**
 * Creates a Connect server. `op` writes the credentials file, which nobody can get a second time,
 * into its working folder: one made for this call, removed before anything else happens.
 * A server without its credentials file is of no use and is deleted again.
 */
export async function createServer(
  request: NewServer,
  commands: ServerCommands,
): Promise<CreatedServer> {
  const { name, vaultIds } = request;
  const vaults = vaultIds.length === 0 ? [] : ["--vaults", vaultIds.join(",")];
  const command: OpCommand = {
    args: ["connect", "server", "create", name, ...vaults],
    purpose: `create the Connect server "${name}"`,
    vaultIds,
    changes: true,
  };
  const { stdout, credentialsFile } = await inTemporaryFolder(async (folder) => {
    const printed = await commands.run({ ...command, cwd: folder });
    return {
      stdout: printed,
      credentialsFile: await readIfThere(join(folder, "1password-credentials.json")),
    };
  });
  const id = printedId(stdout) ?? (await newServerId(request, command, commands));
  try {
    if (credentialsFile === undefined)
      throw unexpectedOutput(command, "it wrote no 1password-credentials.json");
    parseCredentialsFile(credentialsFile);
    return { id, credentialsFile };
  } catch (error) {
    await deleteUseless(id, error, commands);
    throw error;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}

/** `op` prints text here, also when asked for JSON: `UUID: <id>` on a line of its own. */
function printedId(stdout: string): string | undefined {
  const id = /^\s*UUID:\s*(?<id>\S+)\s*$/m.exec(stdout)?.groups?.id;
  return id !== undefined && isOnePasswordId(id) ? id : undefined;
}

/** Names are not unique, so the new server is the one that was not there before. */
async function newServerId(request: NewServer, command: OpCommand, commands: ServerCommands) {
  const isKnown = (id: string) => request.knownIds.some((known) => isSameOnePasswordId(known, id));
  const servers = await commands.listServers();
  const created = servers.filter(
    ({ id, name, state }) => name === request.name && state === "ACTIVE" && !isKnown(id),
  );
  const [only] = created;
  if (only !== undefined && created.length === 1) return only.id;
  throw unexpectedOutput(
    command,
    `it named no id, and ${created.length} new servers have the name`,
  );
}

async function deleteUseless(id: string, reason: unknown, { deleteServer }: ServerCommands) {
  try {
    await deleteServer(id);
  } catch {
    throw new ConnectError(
      "OP_OUTPUT_UNEXPECTED",
      `The Connect server ${id} was created without a usable credentials file, and could not be deleted again. ${messageOf(reason)}`,
      `Delete it with \`op connect server delete ${id}\`, then run again.`,
    );
  }
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
