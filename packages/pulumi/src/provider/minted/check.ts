import { defined, isSameGrants } from "@opconnect/core";
import {
  encodeStoreTags,
  observeSecret,
  refusalOfRevision,
  type SecretObservation,
  type StoreTags,
} from "@opconnect/provision";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { z } from "zod";
import { adminCommand } from "../admin-command.ts";
import type { Check } from "../crud.ts";
import { systemsOf } from "../outside-systems.ts";
import { hasUnknown, type Properties, staysInPlace } from "../property-diff.ts";
import { sayOnce } from "../warn-once.ts";
import { noteUse } from "./credential-use.ts";
import { sayUnseen } from "./replaced.ts";
import { mintedSchema, whatIsLost } from "./stored.ts";

/** How long before its end a Connect token is warned about. */
const marginDays = 14;

/**
 * Looks up what the store says of a Connect server or a Connect token, and adds to the inputs what
 * the diff goes by: `stored`, which of them the store holds, or that it is lost, and `rotation`,
 * whether it is due to be replaced and why. For one that stays, the outputs that a preview needs are
 * added too. Refuses a revision that is lower than the store's. Reads no value and starts no `op`.
 */
export const check: Check = async (olds, news, roles) => {
  const { stored: _, rotation: __, ...inputs } = news;
  noteUse(inputs.secretId, inputs.usedIn);
  if (hasUnknown(inputs.secretId) || hasUnknown(inputs.store)) {
    // An update plan takes what is found in the end only in the place of what was not known.
    return { inputs: { ...withRotation(inputs, olds.rotation), stored: unknownValue } };
  }
  const observed = await observe(inputs);
  if (observed === undefined) return { inputs: withRotation(inputs, olds.rotation) };
  const { tags, rotation } = observed;
  warnOfExpiry(tags, inputs.rotateAfter !== undefined, new Date());
  sayUnfinished(tags, inputs);
  if (inputs.usedIn === "unseen") sayLeaving(tags);
  const there = held(observed, inputs, olds);
  const refusal = there && refusedRevision(tags, inputs);
  if (refusal !== undefined) return { inputs, failures: [refusal] };
  const isNew = Object.keys(olds).length === 0;
  const stored = isNew ? there : (there ?? lost(observed));
  const found = { ...withRotation(inputs, rotation ?? olds.rotation), ...(stored && { stored }) };
  return {
    inputs: staysInPlace(olds, found, roles) ? { ...found, ...lastingOutputs(tags) } : found,
  };
};

/** What the store holds, though another value may be in its place. */
function held(
  { stored, tags, holds: id, versionId }: SecretObservation,
  { name }: Properties,
  { vaults }: Properties,
): Properties | undefined {
  if (stored !== "held" && stored !== "displaced") return undefined;
  const unfinished = { ...formerName(tags, name), ...otherGrants(tags, vaults), ...cutShort(tags) };
  return { id, versionId, ...defined({ mintedAt: tags.mintedAt?.toISOString() }), ...unfinished };
}

/** Would be refused by the update too, once other resources have changed. */
function refusedRevision(tags: StoreTags, { revision, secretId }: Properties) {
  if (typeof revision !== "number") return undefined;
  const asked = { name: tags.name ?? "", revision, secretId: String(secretId) };
  const refusal = refusalOfRevision(tags, asked);
  return refusal && { property: "revision", reason: refusal.message };
}

/** What is lost of a server or a token that is there: its secret, or what that held. */
function lost({ stored, drift }: SecretObservation): Properties {
  return { lost: whatIsLost(stored), because: drift.join(" ") };
}

/** What no update in place changes of a server or a token, besides its id. */
function lastingOutputs({ tokenId, fingerprint, expiresAt }: StoreTags): Properties {
  if (fingerprint === undefined) return {};
  if (tokenId === undefined) return { fingerprint };
  return { fingerprint, expiresAt: expiresAt?.toISOString() ?? "" };
}

/**
 * Name that a server still has in the store, where that is not the one asked for. So it is left by a
 * renaming that was cut short, of which the state knows nothing once a refresh has asked 1Password.
 */
function formerName({ tokenId, name }: StoreTags, wanted: unknown): Properties {
  if (tokenId !== undefined || name === undefined || typeof wanted !== "string") return {};
  return encodeStoreTags({ name: wanted })["opconnect:name"] === name ? {} : { name };
}

/**
 * Vaults of a server by the store, where those of the state are others. So they are left by a change
 * of grants that ended, and of which a run that was cut off took nothing down. Not held against those
 * asked for, which a preview may not know.
 */
function otherGrants({ tokenId, vaults }: StoreTags, recorded: unknown): Properties {
  const known = mintedSchema.shape.vaults.safeParse(recorded).data;
  if (tokenId !== undefined || known === undefined || isSameGrants(vaults, known)) return {};
  return { vaults };
}

/** A change of grants that was cut short, and a minting that has put nothing into the place of what is there. */
function cutShort({ granting, minting }: StoreTags): Properties {
  return defined({ granting, announced: minting });
}

const locationSchema = mintedSchema
  .pick({ store: true, secretId: true })
  .extend({ rotateAfter: z.string().optional() });

/** What the store says, if it can be asked: a preview is not held up for that. */
async function observe(inputs: Properties): Promise<SecretObservation | undefined> {
  const { store, ...wanted } = locationSchema.parse(inputs);
  const observed = await observeSecret(wanted, systemsOf({ store }), { mayBeRecent: true });
  if (observed.failure === undefined) return observed;
  const unasked = "The store could not be asked whether a rotation is due.";
  sayOnce(`${unasked} ${observed.failure.message}`, unasked);
  return undefined;
}

/** Once carried out, a rotation stays in the inputs: leaving it out would be a change. */
function withRotation(inputs: Properties, rotation: unknown): Properties {
  return rotation === undefined || rotation === null ? inputs : { ...inputs, rotation };
}

function sayLeaving({ leaving = [] }: StoreTags): void {
  for (const left of leaving) sayUnseen(left.split("@")[0] ?? left);
}

function sayUnfinished({ minting, superseded }: StoreTags, { secretId, stack }: Properties): void {
  if (minting === undefined) return;
  if (superseded !== undefined) {
    sayOnce(
      `The secret ${secretId} holds what was minted in the place of what may still be used: the next \`pulumi up\` rolls it out.`,
    );
    return;
  }
  sayOnce(
    `A minting into the secret ${secretId} has not come to its end. Unless another run is at it now, \`${adminCommand(String(stack))}\` where \`op\` is signed in brings it there, and deletes what it has left in 1Password.`,
  );
}

function warnOfExpiry(
  { name = "", tokenId, expiresAt }: StoreTags,
  isRotated: boolean,
  now: Date,
): void {
  if (tokenId === undefined || expiresAt === undefined || expiresAt <= now) return;
  const days = Math.floor((expiresAt.getTime() - now.getTime()) / 86_400_000);
  if (days >= marginDays) return;
  sayOnce(
    `The Connect token "${name}" expires on ${expiresAt.toISOString().slice(0, 10)}, in ${days} days: replace it with \`opconnect rotate\`${isRotated ? ", unless `rotateAfter` does before" : ", or set `rotateAfter`"}.`,
  );
}
