import { decodeProtectedHeader } from "jose/decode/protected_header";
import { decodeJwt } from "jose/jwt/decode";
import { ConnectError } from "../error/connect-error.ts";
import { isOnePasswordId } from "../item/op-id.ts";
import { isRecord } from "../json.ts";
import { parseVaultAcl, type VaultAccess } from "./vault-access.ts";

/** What a Connect token says about itself, without the secret it carries: safe to store. */
export interface ConnectTokenClaims {
  /** Id of the token, as `op connect token list` prints it. */
  readonly id: string;
  /** Id of the only Connect server that accepts the token. */
  readonly serverId: string;
  /** Id of the 1Password account. */
  readonly accountId?: string;
  readonly issuedAt?: Date;
  /** Absent from a token that never expires. */
  readonly expiresAt?: Date;
  /** Vaults the token covers, as far as its server is granted them. */
  readonly vaults: readonly ConnectTokenVault[];
}

/** A vault that a Connect token covers. */
export interface ConnectTokenVault {
  /** Id of the vault, in lower case. */
  readonly id: string;
  /** `"unknown"` where `acl` is a number that this release has not seen. */
  readonly access: VaultAccess | "unknown";
  /** Permissions as 1Password's own number. */
  readonly acl: number;
}

/**
 * Decodes a Connect token. Its signature is not checked, as only its server can do that, and the
 * secret among its claims is left behind.
 * @throws `TOKEN_MALFORMED` if the text is anything else. The error never quotes the text.
 * @see https://developer.1password.com/docs/connect/security
 */
export function decodeConnectToken(jwt: string): ConnectTokenClaims {
  const claims = decodeClaims(jwt);
  const accountId = optional(claims, "1password.com/auuid", idClaim);
  const issuedAt = optional(claims, "iat", dateClaim);
  const expiresAt = optional(claims, "exp", dateClaim);
  return {
    id: idClaim(claims, "jti"),
    serverId: idClaim(claims, "sub"),
    ...(accountId && { accountId }),
    ...(issuedAt && { issuedAt }),
    ...(expiresAt && { expiresAt }),
    vaults: vaultsClaim(claims),
  };
}

type Claims = Readonly<Record<string, unknown>>;

function decodeClaims(jwt: unknown): Claims {
  if (typeof jwt !== "string" || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(jwt)) {
    throw malformed(describeOtherText(jwt));
  }
  const { alg, claims } = decodeParts(jwt);
  const signatureLength = jwt.length - jwt.lastIndexOf(".") - 1;
  if (alg === "ES256" && signatureLength !== es256SignatureLength) {
    throw malformed("The signature of the Connect token is cut short or has something after it");
  }
  return claims;
}

/** The library's errors may quote what they could not read, so none is passed on. */
function decodeParts(jwt: string): { alg: unknown; claims: Claims } {
  try {
    return { alg: decodeProtectedHeader(jwt).alg, claims: decodeJwt(jwt) };
  } catch {
    throw malformed("The parts of the Connect token do not hold JSON objects");
  }
}

function describeOtherText(text: unknown): string {
  if (typeof text !== "string") return "The Connect token is no text at all";
  if (text === "") return "The Connect token is empty";
  if (/^\s*\{/.test(text)) return "The text is JSON, perhaps a credentials file";
  if (/^\s*ops_/.test(text)) return "The text is the token of a service account";
  if (/\s/.test(text)) return "The Connect token has white space in or around it";
  return "The text is not three parts joined by dots, as every Connect token is";
}

function optional<T>(
  claims: Claims,
  name: string,
  read: (claims: Claims, name: string) => T,
): T | undefined {
  return claims[name] === undefined ? undefined : read(claims, name);
}

function idClaim(claims: Claims, name: string): string {
  const id = claims[name];
  if (typeof id !== "string" || !isOnePasswordId(id)) throw unusable(name);
  return id;
}

/** @see https://www.rfc-editor.org/rfc/rfc7519#section-2 NumericDate */
function dateClaim(claims: Claims, name: string): Date {
  const seconds = claims[name];
  const date = new Date(typeof seconds === "number" ? seconds * 1000 : Number.NaN);
  if (Number.isNaN(date.getTime())) throw unusable(name);
  return date;
}

function vaultsClaim(claims: Claims): readonly ConnectTokenVault[] {
  const name = "1password.com/vts";
  const rows = claims[name];
  if (!Array.isArray(rows)) throw unusable(name);
  const vaults = rows.map((row: unknown) => {
    if (!isRecord(row) || typeof row.a !== "number") throw unusable(name);
    return { id: idClaim(row, "u").toLowerCase(), access: parseVaultAcl(row.a), acl: row.a };
  });
  if (new Set(vaults.map(({ id }) => id)).size !== vaults.length) throw unusable(name);
  return vaults;
}

function unusable(claim: string): ConnectError {
  return malformed(`The Connect token has no usable claim "${claim}"`);
}

function malformed(happened: string): ConnectError {
  return new ConnectError(
    "TOKEN_MALFORMED",
    `${happened}.`,
    "Pass the one line that `op connect token create` printed, whole and without its line break.",
  );
}

/** 64 bytes in base64url. A token cut by a shell or a form loses its end, which lies here. */
const es256SignatureLength = 86;
