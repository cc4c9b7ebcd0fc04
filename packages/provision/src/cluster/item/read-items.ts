import { unlessCode } from "@opconnect/core";
import { z } from "zod";
import type { ClusterApi } from "../api.ts";
import { parseSecretMetadata, type SecretMetadata } from "../secret/metadata.ts";
import { type ItemObject, parseItem } from "./object.ts";

/** The requests by which items are read. */
export type ItemReads = Pick<
  ClusterApi,
  "listItems" | "listSecretMetadata" | "readItem" | "readSecretMetadata"
>;

/** What there is of an item: the object, and the metadata of the Secret of its name. */
export interface ReadItem {
  readonly object: ItemObject | undefined;
  readonly secret: SecretMetadata | undefined;
}

/**
 * Reads items of a namespace, by name: all of them with one list of items and one of Secrets. Whoever
 * may not list these reads them one by one, as a single one is read. No value leaves the API server.
 */
export async function readItems(
  api: ItemReads,
  namespace: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, ReadItem>> {
  const [items, secrets] = await Promise.all([
    readNamed(
      names,
      () => api.listItems(namespace),
      (name) => api.readItem({ namespace, name }),
    ),
    readNamed(
      names,
      () => api.listSecretMetadata(namespace),
      (name) => api.readSecretMetadata({ namespace, name }),
    ),
  ]);
  const read = (name: string): ReadItem => {
    const [item, secret] = [items.get(name), secrets.get(name)];
    return {
      object: item === undefined ? undefined : parseItem(item),
      secret: secret === undefined ? undefined : parseSecretMetadata(secret),
    };
  };
  return new Map(names.map((name) => [name, read(name)]));
}

async function readNamed(
  names: readonly string[],
  list: () => Promise<readonly unknown[]>,
  read: (name: string) => Promise<unknown>,
): Promise<ReadonlyMap<string, unknown>> {
  const listed = names.length > 1 ? await unlessCode(["CLUSTER_ACCESS_DENIED"], list) : undefined;
  if (listed !== undefined) {
    return new Map(listed.map((object) => [named.parse(object).metadata.name, object]));
  }
  return new Map(await Promise.all(names.map(async (name) => [name, await read(name)] as const)));
}

const named = z.object({ metadata: z.object({ name: z.string() }) });
