/** A value of a file that sops has encrypted. */
export interface SopsValue {
  /** Path of the file, from the program's folder, e.g. `"secrets.enc.yaml"`. */
  readonly sopsFile: string;
  /** Keys that lead to the value, e.g. `["github", "token"]`. */
  readonly key: readonly string[];
}

/** Where a secret lives: a field of a 1Password item, `op://…`, or a value in a file of sops. */
export type SecretLocation = string | SopsValue;

/** A secret where it lives. */
export interface SecretSource {
  /**
   * Which version of the secret there is, in words that tell nothing of the value. Reads no value.
   */
  version(): Promise<string>;
  /** The value, and which version it is of. Secret. */
  read(): Promise<{ readonly value: string; readonly version: string }>;
}
