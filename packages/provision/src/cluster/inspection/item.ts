import { type ItemObject, isReady, problemOf } from "../item/object.ts";

/** A `OnePasswordItem`, as far as its health goes. */
export interface ItemFacts {
  readonly name: string;
  /** `vaults/<vault>/items/<item>`, each by id or by title. */
  readonly itemPath: string;
  /** Type of the Secret. */
  readonly type: string;
  /** Whether it is about to go, and the operator has not released it yet. */
  readonly isLeaving: boolean;
  /** Whether the operator has reconciled it, and said that all went well. */
  readonly isReady: boolean;
  /** What the operator said when it last failed; empty if it did not. */
  readonly problem: string;
}

/** Says of a `OnePasswordItem` what its health goes by. */
export function itemFacts(object: ItemObject): ItemFacts {
  const { metadata, spec, type } = object;
  return {
    name: metadata.name,
    itemPath: spec.itemPath,
    type,
    isLeaving: metadata.deletionTimestamp !== undefined,
    isReady: isReady(object),
    problem: problemOf(object),
  };
}
