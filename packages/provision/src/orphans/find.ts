import type { OpCli } from "../op/op-cli.ts";
import type { CredentialStore } from "../store/contract/credential-store.ts";
import { type Judgement, judgeOrphans, type OrphanSearch } from "./judge.ts";

/** What a search found, and what it was judged by. */
export interface OrphanReport extends Judgement {
  /** The secrets that were asked for their claims. */
  readonly secretIds: readonly string[];
  /** By which ages were told. */
  readonly now: Date;
}

/**
 * Finds Connect servers and tokens that are alive though no secret of the store claims them: what a
 * crash, an interrupted destroy or a person left behind. A claim in another account, region or store
 * cannot be seen from here.
 * @throws `STORE_…` and `OP_…` codes.
 */
export async function findOrphans(
  search: Omit<OrphanSearch, "now">,
  {
    op,
    store,
  }: { readonly op: OpCli; readonly store: Pick<CredentialStore, "listSecrets" | "now"> },
): Promise<OrphanReport> {
  // Claims last: what is minted and stored in between is then claimed, and not taken for an orphan.
  const servers = await op.listServers();
  const tokens = await op.listTokens();
  const secrets = await store.listSecrets();
  const now = await store.now();
  return {
    ...judgeOrphans({ servers, tokens, secrets }, { ...search, now }),
    now,
    secretIds: secrets.map(({ secretId }) => secretId),
  };
}
