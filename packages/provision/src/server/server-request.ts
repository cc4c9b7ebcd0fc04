import { ConnectError, checkVaultIds, isOnePasswordId, type VaultGrant } from "@opconnect/core";

/** A Connect server that shall exist, with its credentials file in the store. */
export interface ServerRequest {
  /** Name in 1Password, which does not keep it unique; we do. */
  readonly name: string;
  /** Vaults it is granted. */
  readonly vaults: readonly VaultGrant[];
  /** The secret that takes the credentials file, by its id in the store. */
  readonly secretId: string;
  /** 1, and one more for each new server that shall replace the last. */
  readonly revision: number;
  /**
   * Id of the server that a planned replacement replaces: it is never adopted again.
   * @default - any server that fits is adopted
   */
  readonly rotates?: string | undefined;
  /**
   * Id of a server made by hand, whose credentials file somebody put into the secret: it is taken
   * over, and nothing is minted. A credentials file does not tell its server.
   * @default - a credentials file that opconnect did not store is refused
   */
  readonly adopts?: string | undefined;
  /** What somebody who can mint has to run, e.g. `"pulumi up --stack acme-prod"`. */
  readonly adminCommand: string;
}

/** A Connect server that exists, with its credentials file in the store. */
export interface ServerRecord {
  /** Id: 26 letters and digits, upper-case. */
  readonly serverId: string;
  /** Version of the secret that holds the credentials file. */
  readonly versionId: string;
  /** SHA-256 of the credentials file, hex. */
  readonly fingerprint: string;
  /** Whether it was there already. */
  readonly adopted: boolean;
}

/** @throws `VAULT_ID_INVALID`, `ARGUMENT_INVALID` if an id is none. */
export function checkServerRequest({ vaults, rotates, adopts }: ServerRequest): void {
  checkVaultIds(vaults);
  checkId("rotates", rotates);
  checkId("adopts", adopts);
}

/** @throws `ARGUMENT_INVALID` if it is no id of a server or a token. */
export function checkId(field: string, id: string | undefined): void {
  if (id === undefined || isOnePasswordId(id)) return;
  throw new ConnectError(
    "ARGUMENT_INVALID",
    `\`${field}\` is "${id}", which is no id of 1Password.`,
    "Pass the 26 letters and digits that `op` prints.",
  );
}
