import { isOnePasswordId, isSameOnePasswordId } from "@opconnect/core";
import type { ItemFacts } from "../cluster/inspection/item.ts";
import { alteredKeys } from "../cluster/item/altered-keys.ts";
import { explainComplaint } from "../cluster/item/complaint.ts";
import { operatorNotes } from "../cluster/item/object.ts";
import { dataKeys, type SecretMetadata } from "../cluster/secret/metadata.ts";
import { type Finding, ok } from "../preflight/result.ts";
import type { Operator } from "./operator.ts";
import type { SourceItem, VaultContent } from "./source/item-source.ts";
import type { WantedItem } from "./wanted.ts";

/** An item, as the cluster and 1Password have it. */
export interface SeenItem extends WantedItem {
  /** None if the cluster has no such `OnePasswordItem`. */
  readonly item: ItemFacts | undefined;
  /** None if there is no Secret. */
  readonly secret: Pick<SecretMetadata, "annotations" | "managedFields"> | undefined;
  /** None if it is gone. */
  readonly operator:
    | Pick<Operator, "namespace" | "name" | "watches" | "pollingSeconds" | "isServiceAccount">
    | undefined;
  readonly content: VaultContent;
  /** All items that can be seen, where it was lost. */
  readonly everything: readonly SourceItem[];
  readonly now: Date;
}

/** Judges whether the Secret of an item is what 1Password has, and names what keeps it from that. */
export function judgeItem(seen: SeenItem): Finding {
  const { namespace, name, item, operator, secret, content } = seen;
  if (item === undefined) {
    return failed(
      "The cluster has no such OnePasswordItem.",
      "Run `pulumi refresh`, then `pulumi up`: it is made again.",
    );
  }
  if (item.isLeaving) {
    return failed(
      "It is being deleted, and no operator has released it yet.",
      "Run `pulumi refresh`, then `pulumi up`.",
    );
  }
  if (operator?.watches !== undefined && !operator.watches.includes(namespace)) {
    return failed(
      `The operator does not watch the namespace ${namespace}, but ${operator.watches.join(", ")}.`,
      "Run `pulumi refresh`, then `pulumi up`; `operator.watchNamespaces` has to name it if it is given.",
    );
  }
  if (content.kind === "out of reach") {
    return failed(
      `Its vault is out of the operator's reach: the grant is gone, or the vault is.${words(item)}`,
      "Run `pulumi refresh`, then `pulumi up`: the vault is granted again.",
    );
  }
  if (content.kind === "listed") {
    const target = resolved(item.itemPath, content.items);
    if (target === undefined) return lost(seen, item, content.items);
    if (item.problem === "") return compared(seen, item, target, content.items);
  }
  if (item.problem !== "") {
    const remedy = explainComplaint({ namespace, name, type: item.type, problem: item.problem });
    return failed(`The operator says: ${item.problem}`, remedy);
  }
  if (secret === undefined) return missing(item);
  const flaw = foreign(seen, secret, partOf(item.itemPath)) ?? flawOf(seen, secret);
  if (flaw !== undefined) return flaw;
  if (operator?.isServiceAccount) {
    const version = secret.annotations[operatorNotes.version] ?? "none";
    return ok(
      `The operator keeps its Secret: version ${version} of the item. Whether 1Password has a newer one is not seen here.`,
    );
  }
  const because = content.kind === "unknown" ? content.because : "";
  return {
    status: "skipped",
    happened: `The operator keeps its Secret. Whether that is up to date was not looked at: ${because}`,
  };
}

/** What a poll may take, besides the time between two. */
const graceSeconds = 30;

/** Whether nothing is where the path of an item leads, so that it has to be looked for elsewhere. */
export function wasLost({ item, content }: Pick<SeenItem, "item" | "content">): boolean {
  if (item === undefined || content.kind !== "listed") return false;
  return resolved(item.itemPath, content.items) === undefined;
}

/** Compares the Secret with the item that the operator makes it of. */
function compared(
  seen: SeenItem,
  item: ItemFacts,
  target: SourceItem,
  items: readonly SourceItem[],
): Finding {
  const { secret, operator, now } = seen;
  if (secret === undefined) return missing(item);
  const version = secret.annotations[operatorNotes.version] ?? "none";
  const flaw = foreign(seen, secret, target.id);
  if (flaw !== undefined) return flaw;
  if (version !== String(target.version)) {
    const happened = `The Secret has version ${version} of the item "${target.title}", 1Password has version ${target.version}, edited ${target.updatedAt.toISOString()}.`;
    const { pollingSeconds = 600 } = operator ?? {};
    const dueAt = target.updatedAt.getTime() + (pollingSeconds + graceSeconds) * 1000;
    if (now.getTime() <= dueAt) {
      const remedy = `The operator looks every ${pollingSeconds} seconds: wait for it.`;
      return { status: "warning", happened, remedy };
    }
    return failed(`${happened} The operator should have fetched it by now.`, refetch(seen));
  }
  const namesakes = items.filter(({ title, isArchived }) => title === target.title && !isArchived);
  const isByTitle = !isSameOnePasswordId(partOf(item.itemPath), target.id);
  if (isByTitle && namesakes.length > 1) {
    const ids = namesakes.map(({ id }) => id).join(", ");
    return failed(
      `${namesakes.length} items of its vault are titled "${target.title}" (${ids}): the operator takes the oldest, ${target.id}.`,
      "Name the item by its id, or give the others another title.",
    );
  }
  return (
    flawOf(seen, secret) ??
    ok(`The Secret is up to date: version ${version} of the item ${target.id}.`)
  );
}

/**
 * What is wrong with a Secret that is not made of its item.
 * @param wanted Id of the item; of one that is known by its title alone it is not told.
 */
function foreign(
  seen: SeenItem,
  secret: NonNullable<SeenItem["secret"]>,
  wanted: string,
): Finding | undefined {
  const madeOf = partOf(secret.annotations[operatorNotes.path] ?? "");
  if (madeOf === "") {
    return failed("The Secret was not written by the operator.", refetch(seen));
  }
  if (!isOnePasswordId(wanted) || isSameOnePasswordId(madeOf, wanted)) return undefined;
  return failed(
    `The Secret is made of the item ${madeOf}, and its path leads to ${wanted} by now.`,
    refetch(seen),
  );
}

/** What is wrong with a Secret whatever the item has: keys that are not there, or no longer its own. */
function flawOf(
  { namespace, name, keys: needed, operator }: SeenItem,
  secret: NonNullable<SeenItem["secret"]>,
): Finding | undefined {
  const keys = dataKeys(secret);
  const lacking = needed.filter((key) => !keys.includes(key));
  if (lacking.length > 0) {
    return failed(
      `The Secret lacks ${lacking.join(", ")}; it has ${keys.join(", ") || "no keys"}.`,
      "Give the item in 1Password a field of that label with a value, or correct `keys` in the program.",
    );
  }
  const [altered] = alteredKeys(secret);
  if (altered === undefined) return undefined;
  const restart =
    operator === undefined
      ? "restart the operator"
      : `\`kubectl rollout restart deployment -n ${operator.namespace} ${operator.name}\``;
  return failed(
    `The value of ${altered.keys.join(", ")} was changed by ${altered.manager} after the operator wrote it.`,
    `The operator puts it back with the next edit of the item. To have it at once: \`kubectl delete secret -n ${namespace} ${name}\`, then ${restart}.`,
  );
}

/** Nothing is where the path leads: says what became of the item. */
function lost(seen: SeenItem, item: ItemFacts, items: readonly SourceItem[]): Finding {
  const named = partOf(item.itemPath);
  const madeOf = partOf(seen.secret?.annotations[operatorNotes.path] ?? item.itemPath);
  const before = items.find(({ id }) => isSameOnePasswordId(id, madeOf));
  const kept =
    seen.secret === undefined ? "" : " The Secret keeps what it had, and no edit reaches it.";
  if (before !== undefined && !before.isArchived) {
    return failed(
      `The item "${named}" (${before.id}) was renamed to "${before.title}" in 1Password.${kept}`,
      `Name it "${before.title}" in the program, or by its id, which survives a new title; then run \`pulumi up\`.`,
    );
  }
  const archived = before ?? items.find(({ title, isArchived }) => isArchived && title === named);
  if (archived !== undefined) {
    return failed(
      `The item "${archived.title}" (${archived.id}) is archived in 1Password.${kept}`,
      "Restore it in 1Password, or drop it from the program.",
    );
  }
  const [moved] = seen.everything.filter(
    ({ title, id, isArchived }) => !isArchived && (title === named || id === madeOf),
  );
  if (moved !== undefined) {
    return failed(
      `The item "${named}" is not in its vault any more; the vault "${moved.vault.name}" (${moved.vault.id}) has one of that title.${kept}`,
      "If it was moved there, move it back, or name that vault in the program and run `pulumi up`.",
    );
  }
  return failed(
    `The item "${named}" is not in its vault: it was deleted, or moved to a vault that cannot be seen from here.${kept}`,
    "Put it back in 1Password, or drop it from the program.",
  );
}

/** The Secret does not exist. */
function missing({ isReady }: ItemFacts): Finding {
  if (isReady) {
    return failed(
      "Its Secret is gone, and the operator takes up to ten hours to notice that.",
      "Restart the operator: `kubectl rollout restart deployment` in its namespace.",
    );
  }
  return {
    status: "warning",
    happened: "There is no Secret yet, and the operator says nothing of it.",
    remedy: "Look whether the operator runs and watches the namespace.",
  };
}

/**
 * The item that the operator takes a path for: one of that id, else the oldest of that title; what
 * is archived is none.
 */
function resolved(itemPath: string, items: readonly SourceItem[]): SourceItem | undefined {
  const named = partOf(itemPath);
  const inUse = items.filter(({ isArchived }) => !isArchived);
  const byId = isOnePasswordId(named)
    ? inUse.find(({ id }) => isSameOnePasswordId(id, named))
    : undefined;
  const ofTitle = inUse.filter(({ title }) => title === named);
  const byAge = ofTitle.toSorted(
    (one, other) => one.createdAt.getTime() - other.createdAt.getTime(),
  );
  return byId ?? byAge[0];
}

function partOf(itemPath: string): string {
  return itemPath.split("/").at(-1) ?? "";
}

function words({ problem }: ItemFacts): string {
  return problem === "" ? "" : ` The operator says: ${problem}`;
}

function refetch({ operator }: SeenItem): string {
  const where = operator === undefined ? "" : ` -n ${operator.namespace}`;
  const which = operator === undefined ? "deployment" : `deployment ${operator.name}`;
  return `The operator's log says why: \`kubectl logs${where} ${which.replace(" ", "/")}\`. \`kubectl rollout restart${where} ${which}\` has it fetch all items anew.`;
}

function failed(happened: string, remedy: string): Finding {
  return { status: "failed", happened, remedy };
}
