import type { MintingNeed } from "@opconnect/provision";

/** What a person has to do for one resource of a program. */
export interface ResourceNeed extends Pick<MintingNeed, "action"> {
  readonly kind: ResourceKind;
  readonly urn: string;
  /** Name in 1Password; of a secret, in the credential store. */
  readonly name: string;
}

/** Kinds of resources that only a person can make, and the secrets that take what is made. */
export type ResourceKind = "secret" | "vault" | "server" | "token";

const kinds: Readonly<Record<string, ResourceKind>> = {
  CredentialSecret: "secret",
  Vault: "vault",
  ConnectServer: "server",
  ConnectToken: "token",
};

export function resourceKind(kind: string): ResourceKind | undefined {
  return kinds[kind];
}

/** How much there is to be minted, in all. */
export interface MintingTotals {
  readonly environments: number;
  readonly servers: number;
  readonly tokens: number;
  readonly vaults: number;
  /** Servers that are given other vaults, or another name, and what is cleared up. */
  readonly changes: number;
}

/** Counts what is to be minted; secrets of the store are none of it. */
export function countNeeds(
  stacks: readonly { readonly needs: readonly ResourceNeed[] }[],
): MintingTotals {
  const busy = stacks.map(({ needs }) => needs.filter(isWork)).filter((needs) => needs.length > 0);
  const all = busy.flat();
  const minted = (kind: ResourceKind) =>
    all.filter((need) => need.kind === kind && mints.has(need.action)).length;
  return {
    environments: busy.length,
    servers: minted("server"),
    tokens: minted("token"),
    vaults: minted("vault"),
    changes: all.filter(({ action }) => !mints.has(action)).length,
  };
}

/** Whether there is something to do. */
export function isWork({ action }: ResourceNeed): boolean {
  return action !== "none";
}

const mints: ReadonlySet<string> = new Set(["create", "replace"]);
