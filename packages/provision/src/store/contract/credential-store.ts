/**
 * Where credentials files and Connect tokens are kept, each in a secret of its own. Every method
 * throws `STORE_ACCESS_DENIED`, `STORE_UNREACHABLE`, `STORE_RESPONSE_INVALID` or `STORE_FAILED`
 * where the store cannot be used, and `STORE_TAMPERED` where it holds something that it did not put
 * there; those that need the secret throw `STORE_NOT_FOUND` if there is none.
 */
export interface CredentialStore {
  /**
   * Reads the current value and its tags; the tags alone if nothing was stored yet.
   * @throws `STORE_NOT_FOUND`, `STORE_CONTENT_INVALID` if the value is not text.
   */
  read(secretId: string, reading?: Reading): Promise<StoredSecret>;

  /**
   * Reads what is known about a secret, never its value; `undefined` if there is no such secret, or
   * it is about to be deleted.
   */
  describe(secretId: string, look?: Look): Promise<SecretDescription | undefined>;

  /**
   * Makes a value the current one and its tags the secret's own: those of `storeTagKeys` that are
   * not given are removed. Writing the same value again changes nothing, unless another one has
   * become current since.
   * @throws `STORE_NOT_FOUND`.
   */
  write(credential: CredentialToStore): Promise<Pick<StoredCredential, "versionId">>;

  /**
   * Sets the tags given, removes those given as empty, and leaves the others and the value alone.
   * @throws `STORE_NOT_FOUND`.
   */
  tag(secretId: string, tags: Readonly<Record<string, string>>): Promise<void>;

  /**
   * Makes an earlier version the current one, and leaves the tags alone. Answers `false` if the
   * store does not have that version any more.
   * @throws `STORE_NOT_FOUND`.
   */
  restore(secretId: string, versionId: string): Promise<boolean>;

  /**
   * Reads who holds the secret's lease, as the holder wrote it. The sequence is 0 as long as no run
   * ever held it.
   * @throws `STORE_NOT_FOUND`.
   */
  readLease(secretId: string): Promise<StoredLease>;

  /**
   * Writes the lease with this number: one more than that of the lease read before. Answers `false`
   * if another run wrote that number first. The same write again is the same lease.
   * @param sequence 1 or more.
   * @throws `STORE_NOT_FOUND`.
   */
  writeLease(secretId: string, sequence: number, text: string): Promise<boolean>;

  /**
   * Makes sure that there is a secret of this name, with the store's settings and these tags; its
   * value and the tags of `storeTagKeys` are left alone. One that is scheduled for deletion is
   * restored. Of two who do this at once, one creates the secret and the other finds it.
   * @throws `ARGUMENT_INVALID` if name or tags are not possible.
   */
  ensureSecret(secret: SecretToEnsure): Promise<EnsuredSecret>;

  /**
   * The secret of this name, if there is one, be it one that is deleted and that `ensureSecret` would
   * restore. Changes nothing.
   */
  findSecret(name: string): Promise<FoundSecret | undefined>;

  /**
   * Deletes a secret that `ensureSecret` created, as far as the store allows so that it can be
   * restored. One that was there before is kept, and one that is gone already is no error.
   */
  deleteSecret(secretId: string): Promise<void>;

  /** Lists all secrets that opconnect created or took over, without their values. */
  listSecrets(): Promise<readonly ListedSecret[]>;

  /** The time by the clock of the store, once it has answered; else by that of this machine. */
  now(): Promise<Date>;
}

/** How old an answer may be. */
export interface Look {
  /**
   * Whether it may be one that this process got within the last seconds, and has written nothing
   * since. For what is decided before a lease is taken, and decided again under it: other runs may
   * have written meanwhile, as they may before an answer arrives.
   * @default false
   */
  readonly mayBeRecent?: boolean | undefined;
}

/** What a reading may leave out. A store is free to do more. */
export interface Reading extends Look {
  /**
   * What was read before: where its version is still the current one, the value may be taken from
   * there, as a version never changes.
   */
  readonly before?: StoredCredential | undefined;
  /**
   * Tells of a value by its description that it is not needed.
   * @default - it is needed
   */
  readonly isSpared?: ((about: UnreadSecret) => boolean) | undefined;
}

/** A value to be stored. */
export interface CredentialToStore {
  /** The secret that takes it; in AWS Secrets Manager its ARN. */
  readonly secretId: string;
  /** The credentials file or the Connect token. Secret. */
  readonly value: string;
  /** Tags that describe the value, see `encodeStoreTags`. */
  readonly tags: Readonly<Record<string, string>>;
  /**
   * Id of the version in AWS Secrets Manager, a UUID: for a value that could be guessed by its hash.
   * @default - one made from the value, see `versionIdOf`
   */
  readonly versionId?: string;
}

/** The current value of a secret. */
export interface StoredCredential
  extends Pick<CredentialToStore, "value">,
    Pick<SecretDescription, "tags"> {
  /** Id of the version in its store, see `versionIdOf`. */
  readonly versionId: string;
}

/** A secret that holds no value. */
export interface EmptySecret extends Pick<SecretDescription, "tags"> {
  readonly value?: undefined;
  /** Whether nothing was ever written into it, no lease either. */
  readonly isUntouched: boolean;
}

/** A secret that holds a value, which was not read. */
export interface UnreadSecret extends Pick<StoredCredential, "tags" | "versionId"> {
  readonly value?: undefined;
}

/** A secret with its value, if it holds one and that was read. */
export type StoredSecret = StoredCredential | EmptySecret | UnreadSecret;

/** A secret without its value. */
export interface SecretDescription {
  /** All tags of the secret, ours and others. */
  readonly tags: Readonly<Record<string, string>>;
  /** Id of the current version; none if nothing was stored yet. */
  readonly versionId?: string;
  /** Ids of the versions that `restore` can make current, the current one among them. */
  readonly versionIds: readonly string[];
}

/** One of the secrets in a store. */
export interface ListedSecret extends SecretDescription {
  readonly secretId: string;
  readonly name: string;
}

/** Who holds the lease of a secret. */
export interface StoredLease {
  /** Number of the lease; 0 if no run ever held it. */
  readonly sequence: number;
  /** What the holder wrote. */
  readonly text?: string;
}

/** A secret that shall exist. */
export interface SecretToEnsure {
  /** Name in the store, e.g. `"opconnect/acme/prod/credentials"`. */
  readonly name: string;
  /** What it holds, for people who look at the store. */
  readonly description?: string;
  /** Tags besides those that describe its value, e.g. `{ client: "acme" }`. */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * Tags of our own that it gets only if it is created.
   * @default - none
   */
  readonly firstTags?: Readonly<Record<string, string>> | undefined;
}

/** A secret that exists, or is deleted and can be restored. */
export interface FoundSecret {
  readonly secretId: string;
  readonly isDeleted: boolean;
}

/** A secret that exists. */
export interface EnsuredSecret {
  readonly secretId: string;
  /** Whether it was there before, or scheduled for deletion. */
  readonly outcome: "created" | "found" | "restored";
}
