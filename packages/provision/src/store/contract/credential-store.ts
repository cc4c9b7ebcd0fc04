/** Where credentials files and Connect tokens are kept, each in a secret of its own. */
export interface CredentialStore {
  /**
   * Reads the current value and its tags; `undefined` if nothing was stored yet.
   * @throws `STORE_NOT_FOUND` if there is no such secret, `STORE_ACCESS_DENIED`,
   * `STORE_UNREACHABLE`, `STORE_CONTENT_INVALID` if the value is not text, `STORE_TAMPERED`,
   * `STORE_RESPONSE_INVALID`, `STORE_FAILED`.
   */
  read(secretId: string): Promise<StoredCredential | undefined>;

  /**
   * Reads what is known about a secret, never its value; `undefined` if there is no such secret, or
   * it is about to be deleted.
   * @throws `STORE_ACCESS_DENIED`, `STORE_UNREACHABLE`, `STORE_TAMPERED`,
   * `STORE_RESPONSE_INVALID`, `STORE_FAILED`.
   */
  describe(secretId: string): Promise<SecretDescription | undefined>;

  /**
   * Makes a value the current one and its tags the secret's own: those of `storeTagKeys` that are
   * not given are removed. Writing the same value again changes nothing, unless another one has
   * become current since.
   * @throws `STORE_NOT_FOUND`, `STORE_ACCESS_DENIED`, `STORE_UNREACHABLE`, `STORE_TAMPERED` if the
   * store holds something that it did not put there, `STORE_RESPONSE_INVALID`, `STORE_FAILED`.
   */
  write(credential: CredentialToStore): Promise<StoredVersion>;

  /**
   * Sets the tags given, removes those given as empty, and leaves the others and the value alone.
   * @throws `STORE_NOT_FOUND`, `STORE_ACCESS_DENIED`, `STORE_UNREACHABLE`, `STORE_FAILED`.
   */
  tag(secretId: string, tags: Readonly<Record<string, string>>): Promise<void>;

  /**
   * Makes an earlier version the current one, and leaves the tags alone. Answers `false` if the
   * store does not have that version any more.
   * @throws `STORE_NOT_FOUND`, `STORE_ACCESS_DENIED`, `STORE_UNREACHABLE`, `STORE_FAILED`.
   */
  restore(secretId: string, versionId: string): Promise<boolean>;

  /**
   * Reads who holds the secret's lease, as the holder wrote it. The sequence is 0 as long as nobody
   * ever held it.
   * @throws `STORE_NOT_FOUND`, `STORE_ACCESS_DENIED`, `STORE_UNREACHABLE`,
   * `STORE_RESPONSE_INVALID`, `STORE_FAILED`.
   */
  readLease(secretId: string): Promise<StoredLease>;

  /**
   * Writes the lease with this number: one more than that of the lease read before. Answers `false`
   * if somebody else wrote that number first. The same write again is the same lease.
   * @param sequence 1 or more.
   * @throws `STORE_NOT_FOUND`, `STORE_ACCESS_DENIED`, `STORE_UNREACHABLE`, `STORE_FAILED`.
   */
  writeLease(secretId: string, sequence: number, text: string): Promise<boolean>;

  /**
   * Makes sure that there is a secret of this name, with the store's settings and these tags; its
   * value and the tags of `storeTagKeys` are left alone. One that is scheduled for deletion is
   * restored. Of two who do this at once, one creates the secret and the other finds it.
   * @throws `ARGUMENT_INVALID` if name or tags are not possible, `STORE_ACCESS_DENIED`, `STORE_UNREACHABLE`, `STORE_RESPONSE_INVALID`, `STORE_FAILED`.
   */
  ensureSecret(secret: SecretToEnsure): Promise<EnsuredSecret>;

  /**
   * Id of the secret of this name, if there is one and it is not deleted. Changes nothing.
   * @throws `STORE_ACCESS_DENIED`, `STORE_UNREACHABLE`, `STORE_RESPONSE_INVALID`, `STORE_FAILED`.
   */
  findSecret(name: string): Promise<string | undefined>;

  /**
   * Deletes a secret that `ensureSecret` created, as far as the store allows so that it can be
   * restored. One that was there before is kept, and one that is gone already is no error.
   * @throws `STORE_ACCESS_DENIED`, `STORE_UNREACHABLE`, `STORE_FAILED`.
   */
  deleteSecret(secretId: string): Promise<void>;

  /**
   * Lists all secrets that opconnect created or took over, without their values.
   * @throws `STORE_ACCESS_DENIED`, `STORE_UNREACHABLE`, `STORE_RESPONSE_INVALID`, `STORE_FAILED`.
   */
  listSecrets(): Promise<readonly ListedSecret[]>;
}

/** A value to be stored. */
export interface CredentialToStore {
  /** The secret that takes it; in AWS Secrets Manager its ARN. */
  readonly secretId: string;
  /** The credentials file or the Connect token. Secret. */
  readonly value: string;
  /** Tags that describe the value, see `encodeStoreTags`. */
  readonly tags: Readonly<Record<string, string>>;
}

/** A version of a secret. */
export interface StoredVersion {
  /** Id of the version in its store, see `versionIdOf`. */
  readonly versionId: string;
}

/** The current value of a secret. */
export interface StoredCredential extends StoredVersion {
  /** The credentials file or the Connect token. Secret. */
  readonly value: string;
  /** All tags of the secret, ours and others. */
  readonly tags: Readonly<Record<string, string>>;
}

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
  /** Number of the lease; 0 if nobody ever held it. */
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
}

/** A secret that exists. */
export interface EnsuredSecret {
  readonly secretId: string;
  /** Whether it was there before, or scheduled for deletion. */
  readonly outcome: "created" | "found" | "restored";
}
