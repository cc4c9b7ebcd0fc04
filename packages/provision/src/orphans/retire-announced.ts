import { withLease } from "../lease/with-lease.ts";
import { retireLeftBehind } from "../minting/left-behind.ts";
import type { MintingSystems } from "../minting/request.ts";
import { readState, readTags } from "../minting/stored-state.ts";
import { unlessOpFails } from "../op/object-state.ts";
import { serverKind } from "../server/kind.ts";
import { withoutAnnouncement } from "../store/contract/value-tags.ts";
import { tokenKind } from "../token/kind.ts";

/**
 * Deletes what a minting into a secret has left behind that was announced and cut short, before the
 * secret goes: nothing else tells of it. Does not touch `op` where none was announced.
 * @returns Whether nothing can be left. Where `op` cannot look here, something may be.
 * @throws `STORE_BUSY`, other `STORE_…` codes.
 */
export async function retireAnnounced(
  secretId: string,
  { op, store, lease: options }: MintingSystems,
): Promise<boolean> {
  if ((await readTags(store, secretId)).minting === undefined) return true;
  const systems = { op, store };
  return withLease(
    systems,
    secretId,
    async (lease) => {
      const state = await readState(store, secretId);
      const { minting, announcedName, announcedServer, superseded } = state.tags;
      if (minting === undefined) return true;
      // What was superseded may be in use by more than what goes with the secret.
      if (announcedName === undefined || superseded !== undefined) return false;
      const kind = announcedServer === undefined ? serverKind(op) : tokenKind(op, announcedServer);
      const place = { kind, name: announcedName, known: undefined, store, secretId, lease, state };
      if ((await unlessOpFails(() => retireLeftBehind(place))) === undefined) return false;
      await store.tag(secretId, withoutAnnouncement);
      return true;
    },
    options,
  );
}
