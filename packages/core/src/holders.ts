import { createHash } from "node:crypto";
import { ConnectError } from "./error/connect-error.ts";
import { encodeTagName } from "./tag-name.ts";

/** What there is to be had: the value that a secret holds, the secret itself, or a Kubernetes object. */
export type Held = "value" | "secret" | "object";

/** One that has it: a resource, in one of its generations. */
export interface Hold {
  /**
   * What tells the resource from all others, in all stacks, e.g. its URN.
   * @default - a resource made by a release that wrote no holders, or not known
   */
  readonly holder?: string | undefined;
  /**
   * Note that its creation left in the tags. The next creation of the same resource leaves another.
   * @default - none was left
   */
  readonly claim?: string | undefined;
}

/** Whether what a resource has may go with it, by the tags of the secret. */
export type HoldJudgement =
  /** No other has it. */
  | { readonly verdict: "sole" }
  /** A later creation of the same resource has it. */
  | { readonly verdict: "later" }
  /** Others have it too. */
  | { readonly verdict: "shared"; readonly others: readonly string[] };

type Tags = Readonly<Record<string, string>>;

const prefixes: Readonly<Record<Held, string>> = {
  value: "opconnect:holder-",
  secret: "opconnect:secret-holder-",
  object: "opconnect/holder-",
};

/** Releases before holders left one claim for the value, that of the last to adopt it. */
const formerClaimKey = "opconnect:claim";

/** Stands for one that is not known. */
const unnamed = "unnamed";

/** The note of one that keeps no state of its own: the next creation of the same resource takes its place. */
export const noClaim = "none";

/** The tags by which the one that made it has it, and no other. */
export function soleHolderTags(held: Held, tags: Tags, hold: Hold): Tags {
  const own = hold.claim === undefined ? {} : ownTag(held, hold);
  return { ...withoutHolders(held, tags), ...own };
}

/**
 * The tags by which a resource has it beside those that had it before. Where none of them left a
 * note, one that is not known may have it.
 * @throws `STORE_CONTENT_INVALID` if more have it than tags can hold.
 */
export function sharedHolderTags(held: Held, tags: Tags, hold: Hold): Tags {
  const holders = holdersIn(held, tags);
  if (holders.size >= maxHolders && !holders.has(idOf(hold.holder))) throw tooMany(held, holders);
  const former =
    holders.size === 0 || holders.has(unnamed)
      ? { [`${prefixes[held]}${unnamed}`]: holders.get(unnamed)?.claim ?? noClaim }
      : {};
  const moved = held === "value" ? { [formerClaimKey]: "" } : {};
  return { ...moved, ...former, ...ownTag(held, hold) };
}

/**
 * The tags by which a resource goes on having what it had: those that the same generation of it has
 * left under other names, as after a move with an alias, go.
 */
export function keptHolderTags(held: Held, tags: Tags, hold: Hold): Tags {
  const moved = [...holdersIn(held, tags)].flatMap(([id, { claim }]) =>
    isSameGeneration(claim, hold) ? [[`${prefixes[held]}${id}`, ""] as const] : [],
  );
  return { ...Object.fromEntries(moved), ...ownTag(held, hold) };
}

/** The tag by which a resource has it. */
export function ownTag(held: Held, { holder, claim = noClaim }: Hold): Tags {
  const name = holder === undefined ? "" : ` ${encodeTagName(holder).slice(-maxName)}`;
  return { [keyOf(held, holder)]: `${claim}${name}` };
}

/** Whether the resource, in whichever of its generations, is the only one that has it. */
export function isOnlyHolder(held: Held, tags: Tags, holder: string | undefined): boolean {
  const holders = holdersIn(held, tags);
  return holder !== undefined && holders.size === 1 && holders.has(idOf(holder));
}

/** The change that takes a resource off. */
export function releasedTag(held: Held, { holder }: Hold): Tags {
  const moved = held === "value" && holder === undefined ? { [formerClaimKey]: "" } : {};
  return { ...moved, [keyOf(held, holder)]: "" };
}

/** The change that takes all off. */
export function withoutHolders(held: Held, tags: Tags): Tags {
  return Object.fromEntries(Object.keys(holderTags(held, tags)).map((key) => [key, ""]));
}

/** Those of the tags that say who has it. */
export function holderTags(held: Held, tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => isHolderKey(held, key)));
}

/** Whether a tag says who has it. */
export function isHolderKey(held: Held, key: string): boolean {
  return key.startsWith(prefixes[held]);
}

/** Judges whether what a resource has may go with it. */
export function judgeHold(held: Held, tags: Tags, { holder, claim }: Hold): HoldJudgement {
  const holders = new Map(holdersIn(held, tags));
  const id = idOf(holder);
  const own = holders.get(id);
  if (own !== undefined && own.claim !== (claim ?? noClaim)) return { verdict: "later" };
  holders.delete(id);
  const others = [...holders.values()].filter((other) => !isSameGeneration(other.claim, { claim }));
  if (others.length === 0) return { verdict: "sole" };
  return { verdict: "shared", others: others.map(({ name }) => name) };
}

/** Whether a note was left by the same generation of a resource, under whichever name. */
function isSameGeneration(noted: string, { claim }: Pick<Hold, "claim">): boolean {
  return claim !== undefined && claim !== noClaim && noted === claim;
}

interface Holder {
  readonly claim: string;
  /** For people. */
  readonly name: string;
}

function holdersIn(held: Held, tags: Tags): ReadonlyMap<string, Holder> {
  const named = Object.entries(tags).flatMap(([key, text]) => {
    if (!isHolderKey(held, key)) return [];
    const [, claim = "", name = "one that is not known"] = /^(\S*)(?: (.*))?$/.exec(text) ?? [];
    return [[key.slice(prefixes[held].length), { claim, name }] as const];
  });
  const former = held === "value" ? tags[formerClaimKey] : undefined;
  if (former === undefined || named.length > 0) return new Map(named);
  return new Map([[unnamed, { claim: former, name: "one that is not known" }]]);
}

function keyOf(held: Held, holder: string | undefined): string {
  return `${prefixes[held]}${idOf(holder)}`;
}

function idOf(holder: string | undefined): string {
  return holder === undefined ? unnamed : holderId(holder);
}

/** Stands for a holder where its name, a URN, does not fit: in the key of a tag or an annotation. */
export function holderId(holder: string): string {
  return createHash("sha256").update(holder).digest("hex").slice(0, 16);
}

/** A tag holds 255 characters, and a claim is 36 of them. */
const maxName = 200;

/** AWS takes 50 tags, of which a value with many vaults needs 23. */
const maxHolders = 8;

function tooMany(held: Held, holders: ReadonlyMap<string, Holder>): ConnectError {
  const names = [...holders.values()].map(({ name }) => name).join(", ");
  return new ConnectError(
    "STORE_CONTENT_INVALID",
    `${maxHolders} resources have what the secret holds, more than its tags can list: ${names}.`,
    `Take the tags ${prefixes[held]}… of those that do not exist any more off the secret, then run again.`,
  );
}
