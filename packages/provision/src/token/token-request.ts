import { checkToken, checkVaultIds, type VaultGrant } from "@opconnect/core";
import { checkId } from "../server/server-request.ts";

/** A Connect token that shall exist in the store. */
export interface TokenRequest {
  /** Name in 1Password, e.g. `"acme-prod-operator"`. */
  readonly name: string;
  /** Id of the Connect server that it is for. */
  readonly serverId: string;
  /** Vaults it shall cover, and no others. */
  readonly vaults: readonly VaultGrant[];
  /**
   * Vaults that its Connect server shall have, to check its own against. One of its own that
   * somebody took from the server is granted again.
   * @default - 1Password refuses a token with a vault that its server does not have
   */
  readonly serverVaults?: readonly Pick<VaultGrant, "id">[] | undefined;
  /** The secret that takes the token, by its id in the store. */
  readonly secretId: string;
  /** 1, and one more for each new token that shall replace the last. */
  readonly revision: number;
  /**
   * Id of the token that a planned replacement replaces: it is never adopted again.
   * @default - any token that fits is adopted
   */
  readonly rotates?: string | undefined;
  /**
   * Life time as `op` takes it, e.g. `"90d"`.
   * @default - it never expires
   */
  readonly expiresIn?: string | undefined;
  /** What somebody who can mint has to run, e.g. `"pulumi up --stack acme-prod"`. */
  readonly adminCommand: string;
}

/** A Connect token that exists in the store. */
export interface TokenRecord {
  /** Id of the token, its claim `jti`. */
  readonly tokenId: string;
  /** Version of the secret that holds the token. */
  readonly versionId: string;
  /** SHA-256 of the token, hex. */
  readonly fingerprint: string;
  /** None if it never expires. */
  readonly expiresAt?: Date;
  /** Whether it was there already. */
  readonly adopted: boolean;
}

/**
 * @throws `VAULT_ID_INVALID`, `ARGUMENT_INVALID` if an id is none, `TOKEN_EXPIRY_INVALID`,
 * `TOKEN_SCOPE_INVALID` if the server does not have one of the vaults.
 */
export function checkTokenRequest(request: TokenRequest): void {
  const { name, serverId, vaults, serverVaults, rotates, expiresIn } = request;
  checkVaultIds(vaults);
  checkId("serverId", serverId);
  checkId("rotates", rotates);
  checkToken({
    consumer: name,
    vaults: vaults.map(({ id }) => id),
    serverVaults: (serverVaults ?? vaults).map(({ id }) => id),
    expiresIn,
  });
}
