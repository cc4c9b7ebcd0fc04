import { isConnectError, isSameOnePasswordId, type VaultGrant } from "@opconnect/core";
import { isRevoked } from "../op/object-state.ts";
import type { ListedObject, MintedKind } from "./kind.ts";
import { observeSecret, type SecretObservation, type WantedSecret } from "./observe-secret.ts";
import type { MintingSystems } from "./request.ts";

interface WantedMinted extends WantedSecret {
  readonly id: string;
  readonly vaults: readonly VaultGrant[];
}

/** A server or a token as it is. */
export interface MintedObservation extends SecretObservation {
  /** `"gone"` only where 1Password says so; `"unknown"` where `op` cannot tell. */
  readonly presence: "live" | "gone" | "unknown";
  /** Name in 1Password, where `op` can tell. */
  readonly name?: string;
  /** Those of the recorded vaults that it is granted, or covers, as far as 1Password shows. */
  readonly vaults: readonly VaultGrant[];
}

type Seen = Omit<MintedObservation, keyof SecretObservation> &
  Pick<SecretObservation, "drift" | "unknown" | "failure">;

/**
 * Compares a server or a token with what was recorded. Whatever cannot be asked is `"unknown"`, and
 * never `"gone"`. Reads no value, changes nothing.
 * @param look Looks at one that is alive.
 */
export async function observeMinted<Row extends ListedObject>(
  kind: MintedKind<Row>,
  wanted: WantedMinted,
  { store }: Pick<MintingSystems, "store">,
  look: (row: Row) => Promise<Pick<Seen, "vaults" | "drift">>,
): Promise<MintedObservation> {
  const secret = await observeSecret(wanted, { store });
  const seen = await observeInOnePassword(kind, wanted, look);
  return {
    ...secret,
    ...seen,
    drift: [...seen.drift, ...secret.drift],
    unknown: [...seen.unknown, ...secret.unknown],
    failure: secret.failure ?? seen.failure,
  };
}

async function observeInOnePassword<Row extends ListedObject>(
  kind: MintedKind<Row>,
  { id, vaults }: WantedMinted,
  look: (row: Row) => Promise<Pick<Seen, "vaults" | "drift">>,
): Promise<Seen> {
  const one = `the ${kind.noun} ${id}`;
  const known = { vaults, drift: [], unknown: [] };
  try {
    const row = (await kind.list("recent")).find((each) => isSameOnePasswordId(each.id, id));
    if (row === undefined) {
      const unknown = [`\`op\` does not list ${one}, which proves nothing.`];
      return { ...known, presence: "unknown", unknown };
    }
    const { name } = row;
    if (!isRevoked(row)) return { ...known, presence: "live", name, ...(await look(row)) };
    const drift = [`The ${kind.noun} ${id} was ${kind.ended}.`];
    return { ...known, presence: "gone", name, drift };
  } catch (error) {
    if (!isConnectError(error)) throw error;
    return { ...known, presence: "unknown", unknown: [error.happened], failure: error };
  }
}
