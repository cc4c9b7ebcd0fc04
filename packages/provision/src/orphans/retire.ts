import { isConnectError, isSameOnePasswordId } from "@opconnect/core";
import { withLease } from "../lease/with-lease.ts";
import { deleteUnlessGone } from "../minting/kind.ts";
import type { MintingSystems } from "../minting/request.ts";
import type { OpCli } from "../op/op-cli.ts";
import { serverKind } from "../server/kind.ts";
import type { CredentialStore, ListedSecret } from "../store/contract/credential-store.ts";
import { decodeStoreTags } from "../store/contract/value-tags.ts";
import { tokenKind } from "../token/kind.ts";
import type { Orphan, OrphanSearch } from "./judge.ts";

/** What became of an orphan. */
export interface RetiredOrphan {
  readonly orphan: Orphan;
  /** `"claimed"`: a secret claims it by now, so it was left alone. */
  readonly outcome: "retired" | "claimed";
}

/**
 * Revokes orphaned tokens, then deletes orphaned servers. Where the store has secrets of their
 * environment, no run mints for it meanwhile, and what a secret claims by then is left alone.
 * @param report Told of each one as it is done.
 * @throws `STORE_BUSY`, `STORE_…` and `OP_…` codes. What was not reached is still there.
 */
export async function retireOrphans(
  orphans: readonly Orphan[],
  { convention }: Pick<OrphanSearch, "convention">,
  { op, store }: MintingSystems,
  report: (done: RetiredOrphan) => void = () => {},
): Promise<readonly RetiredOrphan[]> {
  const done: RetiredOrphan[] = [];
  const inOrder = [
    ...orphans.filter(({ kind }) => kind === "token"),
    ...orphans.filter(({ kind }) => kind === "server"),
  ];
  const secrets = await store.listSecrets();
  for (const orphan of inOrder) {
    const guard = secrets.find(({ name }) => name === credentialsSecretOf(orphan, convention));
    const retire = () => retireUnclaimed(orphan, op, store);
    const retired =
      guard === undefined ? await retire() : await withLease({ op, store }, guard.secretId, retire);
    report(retired);
    done.push(retired);
  }
  return done;
}

function credentialsSecretOf(
  orphan: Orphan,
  convention: OrphanSearch["convention"],
): string | undefined {
  try {
    return convention.names(orphan).credentialsSecret;
  } catch (error) {
    // A name that can be read but not made: nothing can be minted for it either.
    if (isConnectError(error)) return undefined;
    throw error;
  }
}

async function retireUnclaimed(
  orphan: Orphan,
  op: OpCli,
  store: CredentialStore,
): Promise<RetiredOrphan> {
  if ((await store.listSecrets()).some((secret) => isClaimedBy(secret, orphan))) {
    return { orphan, outcome: "claimed" };
  }
  const kind = orphan.kind === "token" ? tokenKind(op, orphan.serverId) : serverKind(op);
  await deleteUnlessGone(kind, orphan.id);
  return { orphan, outcome: "retired" };
}

function isClaimedBy({ tags }: ListedSecret, { kind, id }: Orphan): boolean {
  const { serverId = "", tokenId = "" } = decodeStoreTags(tags);
  return isSameOnePasswordId(kind === "token" ? tokenId : serverId, id);
}
