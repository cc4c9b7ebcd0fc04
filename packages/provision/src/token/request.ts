import { checkToken, type VaultGrant } from "@opconnect/core";
import {
  checkId,
  checkRequest,
  type MintingRecord,
  type MintingRequest,
} from "../minting/request.ts";

/** A Connect token that shall exist in the store. */
export interface TokenRequest extends MintingRequest {
  /** Id of the Connect server that it is for. */
  readonly serverId: string;
  /**
   * Vaults that its Connect server shall have, to check its own against. One of its own that a
   * person took from the server is granted again.
   * @default - 1Password refuses a token with a vault that its server does not have
   */
  readonly serverVaults?: readonly Pick<VaultGrant, "id">[] | undefined;
  /**
   * Life time as `op` takes it, e.g. `"90d"`.
   * @default - it never expires
   */
  readonly expiresIn?: string | undefined;
  /**
   * Id of the token that the caller has already.
   * @default - whichever is adopted is claimed
   */
  readonly tokenId?: string | undefined;
}

/** A Connect token that exists in the store. */
export interface TokenRecord extends MintingRecord {
  /** Id of the token, its claim `jti`. */
  readonly tokenId: string;
  /** None if it never expires. */
  readonly expiresAt?: Date;
}

/**
 * @throws `VAULT_ID_INVALID`, `ARGUMENT_INVALID` if an id is none, `TOKEN_EXPIRY_INVALID`,
 * `TOKEN_SCOPE_INVALID` if the server does not have one of the vaults.
 */
export function checkTokenRequest(request: TokenRequest): void {
  const { name, serverId, vaults, serverVaults, expiresIn } = request;
  checkRequest(request);
  checkId("serverId", serverId);
  checkToken({
    consumer: name,
    vaults: vaults.map(({ id }) => id),
    serverVaults: (serverVaults ?? vaults).map(({ id }) => id),
    expiresIn,
  });
}
