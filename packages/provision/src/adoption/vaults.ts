import { defined, isSameOnePasswordId, type VaultGrant } from "@opconnect/core";
import type { OpVault } from "../op/vaults.ts";
import type { AdoptionRequest } from "./request.ts";

/** A vault that the server is granted, as its tokens show. */
export interface AdoptedVault extends VaultGrant {
  readonly title?: string;
}

type AdoptedVaultsRequest = Pick<
  AdoptionRequest,
  "client" | "environment" | "convention" | "vaults"
>;

interface AdoptedVaultsEvidence {
  /** All vaults that `op` lists. */
  readonly listed: readonly OpVault[];
  /** Those that the tags of the credentials file name. */
  readonly tagged: readonly VaultGrant[];
  /** Those that tokens cover: nothing else tells what a server is granted. */
  readonly covered: readonly Pick<VaultGrant, "id" | "access">[];
}

/**
 * The vaults of an environment that shall be adopted. Their keys are those told, else those of
 * the tags, else those that the convention reads from their titles, else made of their titles.
 */
export function adoptedVaults(
  request: AdoptedVaultsRequest,
  { listed, tagged, covered }: AdoptedVaultsEvidence,
): readonly AdoptedVault[] {
  const { client, environment, convention } = request;
  const ofEnvironment = listed.filter(({ name }) => {
    const parsed = convention.parse("vault", name);
    return parsed?.client === client && parsed.environment === environment;
  });
  const ids = [
    ...Object.values(request.vaults),
    ...covered.map(({ id }) => id),
    ...tagged.map(({ id }) => id),
    // Without a token to go by, the names have to do.
    ...(covered.length + tagged.length === 0 ? ofEnvironment.map(({ id }) => id) : []),
  ].map((id) => id.toLowerCase());
  const taken = new Set<string>();
  return [...new Set(ids)].map((id) => {
    const title = listed.find((vault) => isSameOnePasswordId(vault.id, id))?.name;
    const grants = [...covered, ...tagged].filter((grant) => isSameOnePasswordId(grant.id, id));
    const key = freeKey(keyOf(id, title, request, tagged), taken);
    taken.add(key);
    const access = grants.some((grant) => grant.access === "read-write") ? "read-write" : "read";
    return { key, id, access, ...defined({ title }) };
  });
}

function keyOf(
  id: string,
  title: string | undefined,
  { vaults, convention, client, environment }: AdoptedVaultsRequest,
  tagged: readonly VaultGrant[],
): string {
  const told = Object.entries(vaults).find(([, of]) => isSameOnePasswordId(of, id))?.[0];
  const tag = tagged.find((grant) => isSameOnePasswordId(grant.id, id))?.key;
  const parsed = title === undefined ? undefined : convention.parse("vault", title);
  const isOurs = parsed?.client === client && parsed.environment === environment;
  return told ?? tag ?? (isOurs ? parsed.purpose : undefined) ?? slug(title ?? "");
}

function slug(title: string): string {
  const words = title.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  // Without hyphens, which the convention keeps between its own parts.
  return words.join("").replace(/^(?=\d)/, "vault") || "vault";
}

function freeKey(key: string, taken: ReadonlySet<string>): string {
  if (!taken.has(key)) return key;
  let number = 2;
  while (taken.has(`${key}${number}`)) number += 1;
  return `${key}${number}`;
}
