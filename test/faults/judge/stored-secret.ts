/** A secret as it lies in a store, read past our own code. */
export interface StoredSecret {
  readonly secretId: string;
  /** The current value; none if nothing was stored yet. */
  readonly value?: string;
  readonly versionId?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Whether it is to be deleted. */
  readonly deleted: boolean;
}

/** Looks a secret up by its name. */
export type LookIntoStore = (name: string) => Promise<StoredSecret | undefined>;
