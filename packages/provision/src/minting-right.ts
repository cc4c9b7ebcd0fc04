import type { OpCli } from "./op-cli.ts";

/** By adapter; a refusal is not kept. */
const confirmed = new WeakMap<OpCli, Promise<unknown>>();

/**
 * Makes sure that the person signed in may create Connect servers: to others `op` refuses their
 * list. Asks once per adapter.
 * @throws `OP_CANNOT_MINT` and other `OP_…` codes.
 */
export async function requireMintingRight(op: OpCli): Promise<void> {
  const asked = confirmed.get(op) ?? op.listServers();
  confirmed.set(op, asked);
  try {
    await asked;
  } catch (error) {
    confirmed.delete(op);
    throw error;
  }
}
