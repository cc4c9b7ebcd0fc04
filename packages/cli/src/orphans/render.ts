import { counted } from "@opconnect/core/counted";
import type { ClaimBehind, Orphan, RetiredOrphan } from "@opconnect/provision";
import { renderAge } from "../terminal/age.ts";
import { orphansOutput } from "../terminal/output/orphans.ts";
import { renderJson } from "../terminal/output/render-json.ts";
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
  /** Where the store is behind 1Password. */
  readonly behind: readonly ClaimBehind[];
}

/** Renders orphans for people: those that `--delete` takes, then the others. */
export function renderOrphans(listing: OrphanListing, stream: NodeJS.WriteStream): string {
  const { orphans, behind } = listing;
  const ours = orphans.filter(({ isOurs }) => isOurs);
  const others = orphans.filter(({ isOurs }) => !isOurs);
  const parts: string[] = [];
  if (ours.length > 0) {
    parts.push(`Of environments that this store knows:\n\n${table(ours, listing, stream)}`);
  }
  if (others.length > 0) {
    const why =
      behind.length > 0 ? "Perhaps in use" : "Named alike, but of nothing that this store knows";
    parts.push(`${why}; --delete takes them only by id:\n\n${table(others, listing, stream)}`);
  }
  if (behind.length > 0) {
    parts.push(`${wrapped(tinted(behindText(behind), "warning", stream), 0)}\n`);
  }
  parts.push(`${wrapped(`${summary(orphans, stream)} ${whereLooked(listing)}`, 0)}\n`);
  return parts.join("\n");
}

/** Renders orphans for programs. */
export function renderOrphansJson(
  { account, store, orphans, behind }: OrphanListing,
  done: readonly RetiredOrphan[],
): string {
  const outcomes = new Map(done.map(({ orphan, outcome }) => [orphan.id, outcome]));
  const found = orphans.map((orphan) => ({
    ...orphan,
    outcome: outcomes.get(orphan.id) ?? ("left" as const),
  }));
  return renderJson(orphansOutput, { account, store, behind, orphans: found });
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

function behindText(behind: readonly ClaimBehind[]): string {
  const claims = behind.map(
    ({ secret, kind, id, state }) => `${secret} names the Connect ${kind} ${id}, which is ${state}`,
  );
  return `The store is behind 1Password: ${claims.join("; ")}. What it does not claim may be what is used now. If it is a clone, pull; if it was restored, or is not the one that is meant, name another. If it was deleted by hand, run \`pulumi up --refresh\` first.`;
}

function summary(orphans: readonly Orphan[], stream: NodeJS.WriteStream): string {
  if (orphans.length === 0) return tinted("No orphans.", "ok", stream);
  return tinted(`${counted(orphans.length, "orphan")}.`, "failed", stream);
}

function whereLooked({ account, store, secretCount }: OrphanListing): string {
  const secrets = counted(secretCount, "secret");
  const isMeant = secretCount === 0 ? " Is that the store that is meant?" : "";
  return `Looked at ${account}, and for claims in ${store}: ${secrets}.${isMeant} Claims elsewhere cannot be seen from here.`;
}
