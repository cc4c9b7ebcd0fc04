import {
  ConnectError,
  createConvention,
  isConnectError,
  parseDurationSeconds,
} from "@opconnect/core";
import { counted } from "@opconnect/core/counted";
import {
  createOpCli,
  findOrphans,
  type MintingSystems,
  type Orphan,
  openStoreOfOptions,
  type RetiredOrphan,
  retireOrphans,
  type StoreConfig,
  storeKindOf,
} from "@opconnect/provision";
import { patient } from "@opconnect/provision/patient";
import { z } from "zod";
import { confirmed } from "../terminal/confirmed.ts";
import { pairs } from "../terminal/options/pairs.ts";
import { print } from "../terminal/output/print.ts";
import { say } from "../terminal/say.ts";
import { type OrphanListing, renderOrphans, renderOrphansJson } from "./render.ts";

const optionsSchema = z.object({
  client: z.string().optional(),
  environment: z.string().optional(),
  delete: z.boolean().default(false),
  yes: z.boolean().default(false),
  settled: z.string(),
  template: pairs("--template"),
  json: z.boolean().default(false),
});

export async function orphans(ids: readonly string[], given: unknown): Promise<void> {
  const options = optionsSchema.parse(given);
  const { client, environment, json } = options;
  const convention = createConvention(options.template);
  const { config, store } = openStoreOfOptions(given);
  const systems = { op: createOpCli(), store };
  const settledAfterMs = parseSettled(options.settled);
  const search = { convention, client, environment, settledAfterMs };
  const looking = "Listing what 1Password has, and what the credential store claims …";
  const listing = await patient(looking, () => list(search, config, ids, systems));
  if (!json || options.delete) {
    const stream = options.delete ? process.stderr : process.stdout;
    stream.write(renderOrphans(listing, stream));
  }
  const doomed = options.delete ? listing.orphans.filter((orphan) => isDoomed(orphan, ids)) : [];
  const isAgreed = doomed.length > 0 && (options.yes || (await isConfirmed(doomed)));
  const done = isAgreed ? await retire(doomed, { convention }, systems) : [];
  if (json) print(renderOrphansJson(listing, done));
  const gone = done.flatMap(({ orphan, outcome }) => (outcome === "retired" ? [orphan] : []));
  // A server that only bears a like name is no failure.
  const left = listing.orphans.filter((orphan) => !gone.includes(orphan));
  const isUntold = ids.length > 0 || listing.behind.length > 0;
  process.exitCode = left.some(({ isOurs }) => isOurs || isUntold) ? 1 : 0;
}

/** @throws `ARGUMENT_INVALID` if it is no time. */
function parseSettled(text: string): number {
  if (text === "0") return 0;
  try {
    return parseDurationSeconds(text, "--settled") * 1000;
  } catch (error) {
    if (!isConnectError(error)) throw error;
    throw new ConnectError("ARGUMENT_INVALID", error.happened, error.remedy);
  }
}

/**
 * @throws `OP_NOT_FOUND` if an id is none of an orphan: a slip of the pen must not read as if nothing
 * were left.
 */
function requireOrphans(ids: readonly string[], orphans: readonly Orphan[]): void {
  const known = orphans.flatMap(({ id, serverId }) =>
    [id, serverId].map((each) => each.toLowerCase()),
  );
  const unknown = ids.filter((id) => !known.includes(id.toLowerCase()));
  if (unknown.length === 0) return;
  throw new ConnectError(
    "OP_NOT_FOUND",
    `Of ${unknown.join(", ")} there is no orphan: it is not in the account, a secret claims it, or the other options leave it out.`,
    "Take ids that `opconnect orphans` lists.",
  );
}

async function list(
  search: Parameters<typeof findOrphans>[0],
  config: StoreConfig,
  ids: readonly string[],
  { op, store }: MintingSystems,
): Promise<OrphanListing> {
  const found = await findOrphans(search, { op, store });
  requireOrphans(ids, found.orphans);
  const account = await op.whoami();
  const wanted = ids.map((id) => id.toLowerCase());
  return {
    account: account.url,
    store: storeKindOf(config).inWords(config, found.secretIds),
    secretCount: found.secretIds.length,
    now: found.now,
    behind: found.behind,
    orphans: found.orphans.filter(
      ({ id, serverId }) =>
        ids.length === 0 || [id, serverId].some((each) => wanted.includes(each.toLowerCase())),
    ),
  };
}

/** Those that are ours beyond doubt, and those that the user named; never what may be in the making. */
function isDoomed(orphan: Orphan, ids: readonly string[]): boolean {
  return (ids.length > 0 || orphan.isOurs) && orphan.recent === undefined;
}

async function isConfirmed(doomed: readonly Orphan[]): Promise<boolean> {
  const count = (kind: Orphan["kind"]) => doomed.filter((orphan) => orphan.kind === kind).length;
  say("\nWhatever still uses them stops working.");
  return await confirmed(
    `Delete ${counted(count("server"), "Connect server")} and revoke ${counted(count("token"), "Connect token")}?`,
  );
}

async function retire(
  doomed: readonly Orphan[],
  search: Parameters<typeof retireOrphans>[1],
  systems: MintingSystems,
): Promise<readonly RetiredOrphan[]> {
  return retireOrphans(doomed, search, systems, ({ orphan, outcome }) => {
    const did = orphan.kind === "server" ? "deleted" : "revoked";
    const what = `Connect ${orphan.kind} ${orphan.name} (${orphan.id})`;
    say(outcome === "retired" ? `${what}: ${did}` : `${what}: left alone, a secret claims it now`);
  });
}
