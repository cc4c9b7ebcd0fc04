import type { OpCli, OpServer } from "../op-cli.ts";

/** What the right was seen by. */
interface Confirmation {
  readonly servers: Promise<readonly OpServer[]>;
  readonly at: number;
  isTaken: boolean;
}

/** By adapter; a refusal is not kept. */
const confirmations = new WeakMap<OpCli, Confirmation>();

/**
 * Makes sure that the person signed in may create Connect servers: to others `op` refuses their
 * list. Asks once per adapter.
 * @throws `OP_CANNOT_MINT` and other `OP_…` codes.
 */
export async function requireMintingRight(op: OpCli): Promise<void> {
  const known = confirmations.get(op);
  const confirmation = known ?? { servers: op.listServers(), at: Date.now(), isTaken: false };
  confirmations.set(op, confirmation);
  try {
    await confirmation.servers;
  } catch (error) {
    confirmations.delete(op);
    throw error;
  }
}

/**
 * The Connect servers as `requireMintingRight` saw them a moment ago, to whoever asks first. It
 * saves the first minting of an environment a second list. Only for those who hold the lease and
 * find nothing announced in the store: then no other run has created a server since.
 * @param keptMs How old the list may be, in milliseconds.
 */
export async function takeServersJustListed(
  op: OpCli,
  keptMs = 60_000,
): Promise<readonly OpServer[] | undefined> {
  const confirmation = confirmations.get(op);
  if (confirmation === undefined || confirmation.isTaken) return undefined;
  confirmation.isTaken = true;
  return Date.now() - confirmation.at > keptMs ? undefined : await confirmation.servers;
}
