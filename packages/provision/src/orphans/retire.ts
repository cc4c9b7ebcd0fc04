import { type Convention, isConnectError } from "@opconnect/core";
import type { Lease } from "../lease/held.ts";
import { withLease } from "../lease/with-lease.ts";
import { deleteUnlessGone } from "../minting/kind.ts";
import type { MintingSystems } from "../minting/request.ts";
import { serverKind } from "../server/kind.ts";
import type { CredentialStore, ListedSecret } from "../store/contract/credential-store.ts";
import { decodeStoreTags } from "../store/contract/value-tags.ts";
import { tokenKind } from "../token/kind.ts";
import { claimOf, environmentKey, grouped } from "./claim.ts";
import type { Orphan, OrphanSearch } from "./judge.ts";

/** What became of an orphan. */
export interface RetiredOrphan {
  readonly orphan: Orphan;
  /** `"claimed"`: a secret claims it by now, so it was left alone. */
  readonly outcome: "retired" | "claimed";
}

/**
 * Revokes orphaned tokens, then deletes orphaned servers, of one environment after the other. Where the
 * store has secrets of the environment, no run mints for it meanwhile, and what a secret claims by then
 * is left alone.
 * @param report Told of each one as it is done.
 * @throws `STORE_BUSY`, `STORE_…` and `OP_…` codes. What was not reached is still there.
 */
export async function retireOrphans(
  orphans: readonly Orphan[],
  { convention }: Pick<OrphanSearch, "convention">,
  systems: MintingSystems,
  report: (done: RetiredOrphan) => void = () => {},
): Promise<readonly RetiredOrphan[]> {
  const { store } = systems;
  const done: RetiredOrphan[] = [];
  const secrets = await store.listSecrets();
  const listed = new Set(secrets.flatMap(({ tags }) => idsOf(tags)));
  const idsByEnvironment = grouped(secrets, (secret) =>
    environmentKey(claimOf(secret, convention)),
  );
  for (const [environment, ofOne] of grouped(orphans, environmentKey)) {
    const names = namesOf(ofOne, convention);
    const guard = secrets.find(({ name }) => name === names[0])?.secretId;
    // Some tell no environment.
    const known = [environment, environmentKey({})].flatMap(
      (key) => idsByEnvironment.get(key) ?? [],
    );
    const ids = known.map(({ secretId }) => secretId);
    const retire = async (lease?: Lease) => {
      for (const orphan of inOrder(ofOne)) {
        const id = orphan.id.toLowerCase();
        const isClaimed = listed.has(id) || (await claimsNow(ids, names, store)).includes(id);
        if (!isClaimed) await deleteOrphan(orphan, systems, lease);
        const retired = { orphan, outcome: isClaimed ? "claimed" : "retired" } as const;
        report(retired);
        done.push(retired);
      }
    };
    await (guard === undefined ? retire() : withLease(systems, guard, retire));
  }
  return done;
}

function inOrder(orphans: readonly Orphan[]): readonly Orphan[] {
  const isToken = ({ kind }: Orphan) => kind === "token";
  return [...orphans.filter(isToken), ...orphans.filter((orphan) => !isToken(orphan))];
}

/** Names of the secrets that are minted into for an environment, that of its server first. */
function namesOf(orphans: readonly Orphan[], convention: Convention): readonly string[] {
  const [first] = orphans;
  if (first === undefined) return [];
  try {
    const names = convention.names(first);
    const purposes = orphans.flatMap(({ kind, name }) =>
      kind === "token" ? (convention.parse("token", name)?.purpose ?? []) : [],
    );
    return [names.credentialsSecret, ...purposes.map((purpose) => names.tokenSecret(purpose))];
  } catch (error) {
    // A name that can be read but not made: nothing can be minted for it either.
    if (isConnectError(error)) return [];
    throw error;
  }
}

/**
 * What the secrets of an environment claim by now, in lower case.
 * @param names Of secrets that may be there only since all were listed.
 */
async function claimsNow(
  ids: readonly string[],
  names: readonly string[],
  store: CredentialStore,
): Promise<readonly string[]> {
  const found = await Promise.all(names.map((name) => store.findSecret(name)));
  const all = new Set([...ids, ...found.flatMap((secret) => secret?.secretId ?? [])]);
  const described = await Promise.all([...all].map((id) => store.describe(id)));
  return described.flatMap((secret) => idsOf(secret?.tags ?? {}));
}

/** Ids that tags claim, in lower case. */
function idsOf(tags: ListedSecret["tags"]): readonly string[] {
  const { serverId, tokenId } = decodeStoreTags(tags);
  return [serverId, tokenId].flatMap((id) => id?.toLowerCase() ?? []);
}

async function deleteOrphan(
  { kind, id, serverId }: Orphan,
  { op }: MintingSystems,
  lease: Lease | undefined,
): Promise<void> {
  await lease?.requireHeld();
  await deleteUnlessGone(kind === "token" ? tokenKind(op, serverId) : serverKind(op), id);
}
