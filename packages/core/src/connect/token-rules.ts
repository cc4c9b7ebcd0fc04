import { parseDurationSeconds } from "../duration.ts";
import { ConnectError } from "../error/connect-error.ts";

/** A Connect token as a program declares it. */
export interface DeclaredToken {
  /** Whom it is for, to name it in errors, e.g. `"operator"`. */
  readonly consumer: string;
  /** Vaults it shall cover: their keys, or their ids. */
  readonly vaults: readonly string[];
  /** Vaults of its Connect server, named in the same way. */
  readonly serverVaults: readonly string[];
  /**
   * Life time, e.g. `"90d"`.
   * @default - it never expires
   */
  readonly expiresIn?: string | undefined;
  /**
   * Age at which it is replaced, e.g. `"60d"`.
   * @default - it is not replaced for its age
   */
  readonly rotateAfter?: string | undefined;
}

/**
 * Checks what a program declares a Connect token to be. Loads nothing that takes long, so that a
 * preview can do it.
 * @throws `TOKEN_EXPIRY_INVALID` if `expiresIn` or `rotateAfter` is no time to come,
 * `TOKEN_ROTATION_INVALID` if it would expire before it is rotated, `TOKEN_SCOPE_INVALID` if its
 * server does not have one of its vaults.
 */
export function checkToken(token: DeclaredToken): void {
  checkTokenRotation(token);
  checkScope(token);
}

/**
 * Checks how long a program lets a Connect token live, and from what age it replaces it.
 * @throws `TOKEN_EXPIRY_INVALID`, `TOKEN_ROTATION_INVALID` as `checkToken` does.
 */
export function checkTokenRotation({
  consumer,
  expiresIn,
  rotateAfter,
}: Pick<DeclaredToken, "consumer" | "expiresIn" | "rotateAfter">): void {
  const seconds = (text: string, field: string) => parseDurationSeconds(text, field, consumer);
  const life = expiresIn === undefined ? undefined : seconds(expiresIn, "expiresIn");
  if (rotateAfter === undefined) return;
  const age = seconds(rotateAfter, "rotateAfter");
  if (life === undefined || age < life) return;
  throw new ConnectError(
    "TOKEN_ROTATION_INVALID",
    `The Connect token "${consumer}" has \`rotateAfter: "${rotateAfter}"\` and \`expiresIn: "${expiresIn}"\`, so it expires before it is rotated.`,
    "Make `rotateAfter` shorter than `expiresIn`, with some days in between for the run that rotates it.",
  );
}

function checkScope({ consumer, vaults, serverVaults }: DeclaredToken): void {
  const known = new Set(serverVaults.map((vault) => vault.toLowerCase()));
  const unknown = vaults.filter((vault) => !known.has(vault.toLowerCase()));
  if (unknown.length === 0) return;
  throw new ConnectError(
    "TOKEN_SCOPE_INVALID",
    `The Connect token "${consumer}" shall cover ${quoted(unknown)}, and its Connect server is not granted that.`,
    `Name vaults of the Connect server: ${quoted(serverVaults) || "it has none yet"}.`,
  );
}

function quoted(vaults: readonly string[]): string {
  return vaults.map((vault) => `"${vault}"`).join(", ");
}
