import { ConnectError, defined, type VaultGrant } from "@opconnect/core";

/** Vaults are spread over several tags: one holds 256 characters, some six vaults. */
const vaultTagKeys = [
  "opconnect:vaults",
  "opconnect:vaults-2",
  "opconnect:vaults-3",
  "opconnect:vaults-4",
  "opconnect:vaults-5",
  "opconnect:vaults-6",
  "opconnect:vaults-7",
  "opconnect:vaults-8",
] as const;

/**
 * Keys of all tags that are written with a value, and go when the next value is written. Who
 * manages the secret itself must leave exactly these alone.
 */
export const storeTagKeys = [
  "opconnect:schema",
  "opconnect:fingerprint",
  "opconnect:revision",
  "opconnect:name",
  "opconnect:server-id",
  "opconnect:token-id",
  "opconnect:account-id",
  "opconnect:minted-at",
  "opconnect:expires-at",
  "opconnect:rotate",
  "opconnect:claim",
  "opconnect:minting",
  "opconnect:retired",
  ...vaultTagKeys,
] as const;

/**
 * Everything that may be known about a value in the credential store without reading it. The tags
 * describe the value whose fingerprint they carry, and no other.
 */
export interface StoreTags {
  /** SHA-256 of the value described, hex. */
  readonly fingerprint?: string;
  /** How often a new value was asked for: the `revision` of the resource. */
  readonly revision?: number;
  /** Name in 1Password, as far as tags can hold it. */
  readonly name?: string;
  /** Id of the Connect server that the value belongs to. */
  readonly serverId?: string;
  /** Id of the Connect token; none on a credentials file. */
  readonly tokenId?: string;
  /** Id of the 1Password account that the value belongs to. */
  readonly accountId?: string;
  /** When the value was minted. */
  readonly mintedAt?: Date;
  /** When the Connect token expires. */
  readonly expiresAt?: Date;
  /** Id of the server or token that an admin asked to be replaced. */
  readonly rotate?: string;
  /** Note of the resource that adopted the value last, see `claimStored`. */
  readonly claim?: string;
  /** Vaults granted to the server, or covered by the token. */
  readonly vaults: readonly VaultGrant[];
  /**
   * Set while a value is being minted: whatever the store holds besides was left half-written by
   * us. These are the ids of the live objects of the same name that were there before, so whatever
   * else has the name later on was made by that minting.
   */
  readonly minting?: readonly string[];
  /** SHA-256 of a value that no longer opens anything: its server or token was deleted. */
  readonly retired?: string;
}

const schema = "1";

/**
 * Renders tags as AWS takes them: values of at most 256 letters, digits, spaces and `_.:/=+-@`.
 * @throws `ARGUMENT_INVALID` if there are more vaults or namesakes than the tags can hold.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Tag.html
 */
export function encodeStoreTags(tags: Partial<StoreTags>): Record<string, string> {
  const values: readonly (readonly [string, string | undefined])[] = [
    ["opconnect:schema", schema],
    ["opconnect:fingerprint", tags.fingerprint],
    ["opconnect:revision", tags.revision?.toString()],
    ["opconnect:name", tags.name === undefined ? undefined : encodeTagName(tags.name)],
    ["opconnect:server-id", tags.serverId],
    ["opconnect:token-id", tags.tokenId],
    ["opconnect:account-id", tags.accountId],
    ["opconnect:minted-at", tags.mintedAt?.toISOString()],
    ["opconnect:expires-at", tags.expiresAt?.toISOString()],
    ["opconnect:rotate", tags.rotate],
    ["opconnect:claim", tags.claim],
    ["opconnect:minting", tags.minting === undefined ? undefined : encodeMinting(tags.minting)],
    ["opconnect:retired", tags.retired],
    ...encodeVaults(tags.vaults ?? []),
  ];
  return Object.fromEntries(values.filter((entry): entry is [string, string] => !!entry[1]));
}

/**
 * A name as a tag can hold it: what AWS does not take becomes `_`. Compare names in this form.
 */
export function encodeTagName(name: string): string {
  return name.replace(/[^\p{L}\p{N} _.:/=+\-@]/gu, "_").slice(0, 256);
}

/**
 * Reads the tags of a secret. What is missing or does not make sense is left out.
 * @throws `STORE_CONTENT_INVALID` if a later release of opconnect wrote them.
 */
export function decodeStoreTags(tags: Readonly<Record<string, string>>): StoreTags {
  const found = tags["opconnect:schema"];
  if (found !== undefined && found !== schema) {
    throw new ConnectError(
      "STORE_CONTENT_INVALID",
      `The secret's tag opconnect:schema is "${found}", this release of opconnect writes "${schema}".`,
      "Use the release of opconnect that wrote it, or a later one.",
    );
  }
  const revision = Number(tags["opconnect:revision"]);
  return {
    ...defined({
      fingerprint: tags["opconnect:fingerprint"],
      revision: Number.isSafeInteger(revision) ? revision : undefined,
      name: tags["opconnect:name"],
      serverId: tags["opconnect:server-id"],
      tokenId: tags["opconnect:token-id"],
      accountId: tags["opconnect:account-id"],
      mintedAt: decodeDate(tags["opconnect:minted-at"]),
      expiresAt: decodeDate(tags["opconnect:expires-at"]),
      rotate: tags["opconnect:rotate"],
      claim: tags["opconnect:claim"],
      retired: tags["opconnect:retired"],
      minting: decodeMinting(tags["opconnect:minting"]),
    }),
    vaults: vaultTagKeys.flatMap((key) => decodeVaults(tags[key] ?? "")),
  };
}

/** Says that nothing had the name when the minting was announced. */
const noNamesakes = "none";

function encodeMinting(knownIds: readonly string[]): string {
  const text = knownIds.length === 0 ? noNamesakes : knownIds.join(" ");
  if (text.length <= 256) return text;
  throw new ConnectError(
    "ARGUMENT_INVALID",
    `There are ${knownIds.length} live objects of the same name in 1Password, more than a tag can list: ${knownIds.join(", ")}.`,
    "Delete those that nothing uses, then run again.",
  );
}

/** Releases before 0.2 wrote "true", an id of nothing. */
function decodeMinting(text: string | undefined): readonly string[] | undefined {
  return text?.split(" ").filter((id) => id !== noNamesakes && id !== "");
}

function decodeDate(text: string | undefined): Date | undefined {
  const date = new Date(text ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Tags that name the vaults of a secret anew: those not needed any more are empty. */
export function encodeVaultTags(vaults: readonly VaultGrant[]): Record<string, string> {
  const unused = vaultTagKeys.map((key) => [key, ""] as const);
  return Object.fromEntries([...unused, ...encodeVaults(vaults)]);
}

/** Vaults as `app=<id>:rw data=<id>:r`, filled into one tag after the other. */
function encodeVaults(vaults: readonly VaultGrant[]): readonly (readonly [string, string])[] {
  const lines: string[] = [];
  for (const { key, id, access } of vaults) {
    const word = `${key}=${id.toLowerCase()}:${access === "read" ? "r" : "rw"}`;
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > 256) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  const tagged = lines.flatMap((line, index) => {
    const key = vaultTagKeys[index];
    return key === undefined ? [] : ([[key, line]] as const);
  });
  if (tagged.length < lines.length) {
    throw new ConnectError(
      "ARGUMENT_INVALID",
      `The ${vaults.length} vaults of one Connect server do not fit into the tags of its secret.`,
      "Use shorter vault keys, or split the environment.",
    );
  }
  return tagged;
}

function decodeVaults(text: string): readonly VaultGrant[] {
  return text.split(" ").flatMap((word) => {
    const match = /^(?<key>[^=]+)=(?<id>[a-z0-9]{26}):(?<access>rw?)$/.exec(word)?.groups;
    if (!match?.key || !match.id) return [];
    const access = match.access === "r" ? "read" : "read-write";
    return [{ key: match.key, id: match.id, access }];
  });
}
