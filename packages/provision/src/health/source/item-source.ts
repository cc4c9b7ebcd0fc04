import type { ConnectError } from "@opconnect/core";

/** An item as 1Password has it, without anything that is in it. */
export interface SourceItem {
  readonly id: string;
  readonly title: string;
  readonly version: number;
  readonly isArchived: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly vault: SourceVault;
}

/** A vault as 1Password has it. */
export interface SourceVault {
  readonly id: string;
  readonly name: string;
}

/** What a vault that a path names holds. */
export type VaultContent =
  | { readonly kind: "listed"; readonly vault: SourceVault; readonly items: readonly SourceItem[] }
  /** The operator's token does not reach it. */
  | { readonly kind: "out of reach" }
  /** It could not be looked into, and why. */
  | { readonly kind: "unknown"; readonly because: string };

/** Something that knows what 1Password has. */
export interface ItemSource {
  /** @param named Id or title. */
  readonly lookInto: (named: string) => Promise<VaultContent>;
  /** All items that can be seen, for one that is no longer where it was. */
  readonly everything: () => Promise<readonly SourceItem[]>;
}

/** Asks the first, and the second for what the first cannot tell. */
export function eitherSource(first: ItemSource, second: ItemSource): ItemSource {
  return {
    async lookInto(named) {
      const content = await first.lookInto(named);
      if (content.kind !== "unknown") return content;
      const other = await second.lookInto(named);
      if (other.kind !== "unknown") return other;
      return { kind: "unknown", because: `${content.because} ${other.because}` };
    },
    async everything() {
      const items = await first.everything();
      return items.length > 0 ? items : second.everything();
    },
  };
}

/** What is known of a vault where the source failed. */
export function unknownContent({ happened }: ConnectError): VaultContent {
  return { kind: "unknown", because: happened };
}

/**
 * The vault that the operator takes a name for: one of that title, the oldest of several, else the
 * one of that id.
 */
export function vaultNamed<T extends SourceVault>(vaults: readonly T[], named: string) {
  const wanted = named.toLowerCase();
  return (
    vaults.find(({ name }) => name.toLowerCase() === wanted) ??
    vaults.find(({ id }) => id.toLowerCase() === wanted)
  );
}
