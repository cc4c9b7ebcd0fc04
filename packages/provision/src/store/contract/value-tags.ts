import { ConnectError, defined, encodeTagName, type VaultGrant } from "@opconnect/core";
import { z } from "zod";

const dateCodec = z.codec(z.string(), z.date().optional(), {
  decode(text) {
    const date = new Date(text);
    return Number.isNaN(date.getTime()) ? undefined : date;
  },
  encode: (date) => date?.toISOString() ?? "",
});

const nameCodec = z.codec(z.string(), z.string(), {
  decode: (text) => text,
  encode: encodeTagName,
});

/** What tags say of a value besides its vaults: `serverId` is in the tag `opconnect:server-id`. */
const fields = {
  /** SHA-256 of the value described, hex. */
  fingerprint: z.string(),
  /** How often a new value was asked for: the `revision` of the resource. */
  revision: z.codec(z.string(), z.number().optional(), {
    decode: (text) => (Number.isSafeInteger(Number(text)) ? Number(text) : undefined),
    encode: String,
  }),
  /** Name in 1Password, as far as tags can hold it. */
  name: nameCodec,
  /** Id of the Connect server that the value belongs to. */
  serverId: z.string(),
  /** Id of the Connect token; none on a credentials file. */
  tokenId: z.string(),
  /** Id of the 1Password account that the value belongs to. */
  accountId: z.string(),
  /** When the value was minted. */
  mintedAt: dateCodec,
  /** When the Connect token expires. */
  expiresAt: dateCodec,
  /** Id of the server or token that an admin asked to be replaced. */
  rotate: z.string(),
  /** Note of the resource that adopted the value last, in releases before `holders`. */
  claim: z.string(),
  /**
   * Set while a value is being minted: whatever the store holds besides was left half-written by
   * us. These are the ids of the live objects of the same name that were there before, so whatever
   * else has the name later on was made by that minting.
   */
  minting: z.codec(z.string(), z.array(z.string()).readonly(), {
    decode: decodeMinting,
    encode: encodeMinting,
  }),
  /** What is being minted goes by this name. */
  announcedName: nameCodec,
  /** When it was announced that it is being minted. */
  announcedAt: dateCodec,
  /** Id of the Connect server that a token is being minted for. */
  announcedServer: z.string(),
  /**
   * Set while vaults are granted to the server or revoked: each of those that the tags name is
   * granted by then, or not. A change that was cut short leaves it.
   */
  granting: z.string(),
  /**
   * SHA-256 of the value before, where only the store still knew its server or token: it counts among
   * what was made by the announced minting, and goes once nothing uses it.
   */
  superseded: z.string(),
  /**
   * What an update has replaced and could not delete, as there was no `op` where it ran: ids of
   * servers, and of tokens with their server, `<token>@<server>`. The next person who mints does.
   */
  leaving: z.codec(z.string(), z.array(z.string()).readonly(), {
    decode: (text) => text.split(" ").filter((id) => id !== ""),
    encode: (ids) => ids.join(" "),
  }),
  /**
   * Id of the server or token whose deletion was begun: until the tags say that its value is retired,
   * only 1Password knows whether it is there.
   */
  deleting: z.string(),
  /** SHA-256 of a value that no longer opens anything: its server or token was deleted. */
  retired: z.string(),
};

/**
 * Everything that may be known about a value in the credential store without reading it. The tags
 * describe the value whose fingerprint they carry, and no other.
 */
export type StoreTags = {
  readonly [F in keyof typeof fields]?: Exclude<z.output<(typeof fields)[F]>, undefined>;
} & {
  /** Vaults granted to the server, or covered by the token. */
  readonly vaults: readonly VaultGrant[];
};

const fieldsSchema = z.object(fields).partial();
const fieldNames = Object.keys(fields);

function keyOf(field: string): string {
  return `opconnect:${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

const schemaKey = "opconnect:schema";
const schema = "1";

/** Vaults are spread over several tags: one holds 255 characters, some six vaults. */
const vaultTagKeys = ["", "-2", "-3", "-4", "-5", "-6", "-7", "-8"].map(
  (end) => `opconnect:vaults${end}`,
);

/**
 * Keys of all tags that are written with a value, and go when the next value is written. Who
 * manages the secret itself must leave exactly these alone.
 */
export const storeTagKeys: readonly string[] = [
  schemaKey,
  ...fieldNames.map(keyOf),
  ...vaultTagKeys,
];

/**
 * Keys of the tags by which a minting is announced until it has come to its end: they belong to one
 * moment, and to the store as it is then.
 */
export const announcementKeys: readonly string[] = [
  "minting",
  "announcedName",
  "announcedAt",
  "announcedServer",
  "superseded",
].map(keyOf);

/** Takes an announcement back. */
export const withoutAnnouncement = emptied(announcementKeys);

/** Tags that a value is written with, and those of the value before, which are empty. */
export function replacingTags(
  tags: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return { ...emptied(storeTagKeys), ...tags };
}

function emptied(keys: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(keys.map((key) => [key, ""]));
}

/**
 * Renders tags as AWS takes them: values of at most 255 letters, digits, spaces and `_.:/=+-@`.
 * @throws `ARGUMENT_INVALID` if there are more vaults or namesakes than the tags can hold.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Tag.html
 */
export function encodeStoreTags({
  vaults = [],
  ...described
}: Partial<StoreTags>): Record<string, string> {
  const texts = Object.entries(z.encode(fieldsSchema, described)).map(
    ([field, text]) => [keyOf(field), text ?? ""] as const,
  );
  const tags = [[schemaKey, schema] as const, ...texts, ...Object.entries(encodeVaultTags(vaults))];
  return Object.fromEntries(tags.filter(([, text]) => text !== ""));
}

/**
 * Reads the tags of a secret. What is missing or does not make sense is left out.
 * @throws `STORE_CONTENT_INVALID` if a later release of opconnect wrote them.
 */
export function decodeStoreTags(tags: Readonly<Record<string, string>>): StoreTags {
  const found = tags[schemaKey];
  if (found !== undefined && found !== schema) {
    throw new ConnectError(
      "STORE_CONTENT_INVALID",
      `The secret's tag ${schemaKey} is "${found}", this release of opconnect writes "${schema}".`,
      "Use the release of opconnect that wrote it, or a later one.",
    );
  }
  const texts = Object.fromEntries(fieldNames.map((field) => [field, tags[keyOf(field)]]));
  return {
    ...defined(fieldsSchema.parse(texts)),
    vaults: vaultTagKeys.flatMap((key) => decodeVaults(tags[key] ?? "")),
  };
}

/** Says that nothing had the name when the minting was announced. */
const noNamesakes = "none";

function encodeMinting(knownIds: readonly string[]): string {
  const text = knownIds.length === 0 ? noNamesakes : knownIds.join(" ");
  if (text.length <= 255) return text;
  throw new ConnectError(
    "ARGUMENT_INVALID",
    `There are ${knownIds.length} live objects of the same name in 1Password, more than a tag can list: ${knownIds.join(", ")}.`,
    "Delete those that nothing uses, then run again.",
  );
}

/** Releases before 0.2 wrote "true", an id of nothing. */
function decodeMinting(text: string): string[] {
  return text.split(" ").filter((id) => id !== noNamesakes && id !== "");
}

/**
 * Tags that name the vaults of a secret anew, as `app=<id>:rw data=<id>:r`, filled into one after
 * the other: those not needed any more are empty.
 */
export function encodeVaultTags(vaults: readonly VaultGrant[]): Record<string, string> {
  const lines: string[] = [];
  for (const { key, id, access } of vaults) {
    const word = `${key}=${id.toLowerCase()}:${access === "read" ? "r" : "rw"}`;
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > 255) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  if (lines.length > vaultTagKeys.length) {
    throw new ConnectError(
      "ARGUMENT_INVALID",
      `The ${vaults.length} vaults of one Connect server do not fit into the tags of its secret.`,
      "Use shorter vault keys, or split the environment.",
    );
  }
  return Object.fromEntries(vaultTagKeys.map((key, index) => [key, lines[index] ?? ""]));
}

function decodeVaults(text: string): readonly VaultGrant[] {
  return text.split(" ").flatMap((word) => {
    const match = /^(?<key>[^=]+)=(?<id>[a-z0-9]{26}):(?<access>rw?)$/.exec(word)?.groups;
    if (!match?.key || !match.id) return [];
    const access = match.access === "r" ? "read" : "read-write";
    return [{ key: match.key, id: match.id, access }];
  });
}
