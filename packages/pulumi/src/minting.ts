import "./node-version.ts";
import { type MintingNeed, observeSecret, storeConfigSchema } from "@opconnect/provision";
import { work as credentialSecret } from "./provider/credential-secret.ts";
import type { Check } from "./provider/crud.ts";
import { check } from "./provider/minted/check.ts";
import { work as connectServer } from "./provider/minted/connect-server.ts";
import { work as connectToken } from "./provider/minted/connect-token.ts";
import type { MintingWork } from "./provider/minted/work.ts";
import { systemsOf } from "./provider/outside-systems.ts";
import { hasUnknown, type Properties } from "./provider/property-diff.ts";
import { work as vault } from "./provider/vault.ts";

export type { MintingNeed } from "@opconnect/provision";

/** What a person who is signed in to 1Password does for a resource, without cluster and state. */
export interface Minting {
  /**
   * What has to be done, by what store and 1Password have. Inputs may be unknown that another
   * resource is to make. Changes nothing.
   */
  need(inputs: Properties): Promise<MintingNeed>;
  /** Does it, as the creation of the resource would. Done again, it does nothing. Returns the id. */
  mint(inputs: Properties): Promise<string>;
}

/**
 * The kinds of resources that only a person can make, and the secrets that take what is made, by
 * their names: what `opconnect mint` carries out.
 */
export const minting: ReadonlyMap<string, Minting> = new Map([
  ["CredentialSecret", mintingOf(credentialSecret)],
  ["Vault", mintingOf(vault)],
  ["ConnectServer", mintingOf(connectServer, check)],
  ["ConnectToken", mintingOf(connectToken, check)],
]);

function mintingOf(work: MintingWork, check?: Check): Minting {
  const checked = async ({ usedIn: _, ...inputs }: Properties) =>
    check === undefined ? inputs : (await check({}, inputs, {})).inputs;
  return {
    async need(inputs) {
      const { usedIn: _, ...asked } = inputs;
      return hasUnknown(asked) ? needOfUnknown(asked, work) : work.need(await checked(asked));
    },
    async mint(inputs) {
      return work.mint(await checked(inputs));
    },
  };
}

/**
 * What is known where something is yet to be made: without its secret there can be nothing, a new
 * vault has to be granted to the server that is there, and no token that is there is for a new vault
 * or server.
 */
async function needOfUnknown(inputs: Properties, work: MintingWork): Promise<MintingNeed> {
  switch (work) {
    case vault: {
      const { secretId: _, ...known } = inputs;
      return hasUnknown(known) ? { action: "create" } : work.need(known);
    }
    case connectServer: {
      const { vaults = [], ...known } = inputs;
      if (hasUnknown(known) || !Array.isArray(vaults)) return { action: "create" };
      const made = vaults.filter((each) => !hasUnknown(each));
      const need = await work.need((await check({}, { ...known, vaults: made }, {})).inputs);
      return need.action === "none" ? { ...need, action: "grant" } : need;
    }
    case connectToken: {
      const { store, secretId } = inputs;
      if (hasUnknown({ store, secretId })) return { action: "create" };
      const systems = systemsOf({ store: storeConfigSchema.parse(store) });
      const { stored } = await observeSecret({ secretId: String(secretId) }, systems);
      const isThere = ["held", "displaced", "leaving"].includes(stored);
      return { action: isThere ? "replace" : "create" };
    }
    default:
      return { action: "create" };
  }
}
