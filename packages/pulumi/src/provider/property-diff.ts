import { ConnectError } from "@opconnect/core/connect-error";
import { isSameOnePasswordId } from "@opconnect/core/op-id";
import type * as pulumi from "@pulumi/pulumi";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { sayOnce } from "./warn-once.ts";

/** Inputs or state of a dynamic resource as the engine sends them. */
export type Properties = Readonly<Record<string, unknown>>;

/** Which properties matter, and how a change of each is carried out. */
export interface PropertyRoles {
  /** Changed in place. */
  readonly updates?: readonly string[];
  /** Changed in place where the state knows them: releases before wrote none. */
  readonly follows?: readonly string[];
  /** Changed by a new resource, made before the old one is deleted. */
  readonly replaces?: readonly string[];
}

/**
 * Compares state with new inputs, property by property; what has no role is ignored. A value that
 * is not known yet counts as changed.
 */
export function diffProperties(
  olds: Properties,
  news: Properties,
  { updates = [], follows = [], replaces = [] }: PropertyRoles,
): pulumi.dynamic.DiffResult & { readonly replaces: string[] } {
  const changed = (key: string) => canonical(olds[key]) !== canonical(news[key]);
  const replaced = replaces.filter(changed);
  const followed = follows.filter((key) => olds[key] !== undefined);
  const changes = replaced.length > 0 || [...updates, ...followed].some(changed);
  return { changes, replaces: replaced };
}

/**
 * A diff that also compares state with what `check` found in the store: one that is gone is restored
 * or made again, and another one of the name taken instead.
 */
export function diffSecret(roles: PropertyRoles) {
  return (olds: Properties, news: Properties) => {
    const diff = diffProperties(olds, news, roles);
    const isAnother = news.secretId !== undefined && news.secretId !== olds.secretId;
    return { ...diff, changes: diff.changes || isAnother || news.lost !== undefined };
  };
}

/**
 * A diff that also compares state with what `check` found in the store: another server or token
 * takes its place, and so does one whose value is gone; another version of the same, or what a
 * change has left that was cut short, is put right, and so is a secret that may be restored. An older
 * one is not taken: nothing changes by it.
 * @param idProperty The state's property that holds the id.
 * @throws `STORE_CONTENT_INVALID` if the store has an older one, and something else is to change.
 */
export function diffMinted(roles: PropertyRoles, idProperty: string) {
  return (olds: Properties, news: Properties) => {
    const diff = diffProperties(olds, news, roles);
    const { id, versionId, mintedAt, lost, ...unfinished } = Object(news.stored);
    if (lost === "secret") return { ...diff, changes: true };
    const isAnother = typeof id === "string" && !isSameOnePasswordId(id, String(olds[idProperty]));
    if (isAnother && isBefore(mintedAt, olds.mintedAt)) {
      const behind = behindState(String(news.secretId), { has: String(olds[idProperty]), id });
      return diffBehind(behind, olds, { ...news, rotation: olds.rotation }, roles);
    }
    if (isAnother || lost === "value") {
      return { changes: true, replaces: [...diff.replaces, "stored"] };
    }
    if (typeof id !== "string") return diff;
    const isAsRecorded = versionId === olds.versionId && Object.keys(unfinished).length === 0;
    return { ...diff, changes: diff.changes || !isAsRecorded };
  };
}

/** Whether one was minted before the other: ISO 8601 in UTC, which sorts as it reads. */
function isBefore(one: unknown, other: unknown): boolean {
  return typeof one === "string" && typeof other === "string" && one < other;
}

/**
 * A diff where the store has one that the stack has replaced, as in a clone of its folder that was
 * not pulled. Whether a rotation is due it cannot tell. One with a higher revision is minted anyway.
 */
function diffBehind(
  behind: ConnectError,
  olds: Properties,
  news: Properties,
  roles: PropertyRoles,
): pulumi.dynamic.DiffResult {
  const diff = diffProperties(olds, news, roles);
  if (diff.changes && Number(news.revision) <= Number(olds.revision)) throw behind;
  if (!diff.changes) sayOnce(`${behind.message} Until then, it is kept as the stack has it.`);
  return diff;
}

function behindState(secretId: string, { has, id }: { readonly has: string; readonly id: string }) {
  const behind = new ConnectError(
    "STORE_CONTENT_INVALID",
    `The secret ${secretId} holds ${id}, which is older than ${has}, by which the stack has replaced it.`,
    "If it is in a clone, pull; after a merge, take the other side of its files. If the newer one is lost for good, raise `revision`.",
  );
  // The host of dynamic providers prints the stack of an error of `diff`.
  return Object.assign(behind, { stack: "" });
}

/**
 * Whether new inputs leave the resource itself in its place, so that its outputs that no update
 * changes can be told at preview. That takes a place among the inputs: of an update, the engine
 * passes on to a preview what is there, and calls all other outputs unknown, whereupon everything
 * made from them would show as replaced.
 * @see https://github.com/pulumi/pulumi/blob/sdk/v3.250.0/sdk/go/common/resource/plugin/provider_plugin.go
 * `Update`
 */
export function staysInPlace(olds: Properties, news: Properties, roles: PropertyRoles): boolean {
  return Object.keys(olds).length > 0 && diffProperties(olds, news, roles).replaces.length === 0;
}

/** Whether a value, or a part of it, is not known yet. */
export function hasUnknown(value: unknown): boolean {
  return canonical(value).includes(unknownValue);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, sortedKeys) ?? "null";
}

function sortedKeys(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
