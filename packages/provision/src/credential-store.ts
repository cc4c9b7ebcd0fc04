/** Where credentials files and Connect tokens are kept. */
export interface CredentialStore {
  /**
   * Reads the current value and its tags; `undefined` if nothing was stored yet.
   * @throws `STORE_NOT_FOUND` if there is no such secret, `STORE_ACCESS_DENIED`,
   * `STORE_UNREACHABLE`, `STORE_CONTENT_INVALID` if the value is not text, `STORE_FAILED`.
   */
  read(secretId: string): Promise<StoredCredential | undefined>;

  /**
   * Reads what is known about a secret without its value; `undefined` if there is no such secret,
   * or it is about to be deleted.
   * @throws `STORE_ACCESS_DENIED`, `STORE_UNREACHABLE`, `STORE_FAILED`.
   */
  describe(secretId: string): Promise<SecretDescription | undefined>;

  /**
   * Makes a value the current one and its tags the secret's own: those of `storeTagKeys` that are
   * not given are removed. Writing the same value again changes nothing.
   * @throws `STORE_NOT_FOUND`, `STORE_ACCESS_DENIED`, `STORE_UNREACHABLE`, `STORE_FAILED`.
   */
  write(credential: CredentialToStore): Promise<StoredVersion>;

  /**
   * Sets the tags given, removes those given as empty, and leaves the others and the value alone.
   * @throws `STORE_NOT_FOUND`, `STORE_ACCESS_DENIED`, `STORE_UNREACHABLE`, `STORE_FAILED`.
   */
  tag(secretId: string, tags: Readonly<Record<string, string>>): Promise<void>;
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
  /** Id of the version in its store. */
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
}
