import type { Orphan, RetiredOrphan } from "@opconnect/provision";
import { renderAge } from "../terminal/age.ts";
import { counted } from "../terminal/counted.ts";
import { tinted } from "../terminal/style.ts";
import { renderTable } from "../terminal/table.ts";
import { wrapped } from "../terminal/wrapped.ts";

/** What was found, and where it was looked for. */
export interface OrphanListing {
  /** Sign-in address of the 1Password account. */
  readonly account: string;
  /** The credential store, in words. */
  readonly store: string;
  readonly secretCount: number;
  readonly now: Date;
  readonly orphans: readonly Orphan[];
}

/** Renders orphans for people: those that `--delete` takes, then the others. */
export function renderOrphans(listing: OrphanListing, stream: NodeJS.WriteStream): string {
  const { orphans } = listing;
  const ours = orphans.filter(({ isOurs }) => isOurs);
  const others = orphans.filter(({ isOurs }) => !isOurs);
  const parts: string[] = [];
  if (ours.length > 0) {
    parts.push(`Of environments that this store knows:\n\n${table(ours, listing, stream)}`);
  }
  if (others.length > 0) {
    parts.push(
      `Named alike, but of nothing that this store knows; --delete takes them only by id:\n\n${table(others, listing, stream)}`,
    );
  }
  parts.push(`${wrapped(`${summary(orphans, stream)} ${whereLooked(listing)}`, 0)}\n`);
  return parts.join("\n");
}

/** Renders orphans for programs. */
export function renderOrphansJson(
  { account, store, orphans }: OrphanListing,
  done: readonly RetiredOrphan[],
): string {
  const outcomes = new Map(done.map(({ orphan, outcome }) => [orphan.id, outcome]));
  const found = orphans.map((orphan) => ({
    ...orphan,
    outcome: outcomes.get(orphan.id) ?? "left",
  }));
  return `${JSON.stringify({ account, store, orphans: found }, undefined, 2)}\n`;
}

function table(
  orphans: readonly Orphan[],
  { now }: OrphanListing,
  stream: NodeJS.WriteStream,
): string {
  const rows = orphans.map(({ kind, name, id, client, environment, createdAt, recent }) => [
    kind,
    name,
    id,
    `${client}/${environment}`,
    createdAt === undefined ? "?" : renderAge(new Date(createdAt), now),
    recent === undefined ? "" : tinted(`left alone for now: ${recent}`, "warning", stream),
  ]);
  return renderTable(["KIND", "NAME", "ID", "ENVIRONMENT", "AGE", ""], rows, stream);
}

function summary(orphans: readonly Orphan[], stream: NodeJS.WriteStream): string {
  if (orphans.length === 0) return tinted("No orphans.", "ok", stream);
  return tinted(`${counted(orphans.length, "orphan")}.`, "failed", stream);
}

function whereLooked({ account, store, secretCount }: OrphanListing): string {
  const secrets = counted(secretCount, "secret");
  return `Looked at ${account}, and for claims in ${store}: ${secrets}. Claims elsewhere cannot be seen from here.`;
}
