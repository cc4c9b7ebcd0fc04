import { failureText } from "@opconnect/core";
import type { CredentialStatus, StackStatus } from "@opconnect/fleet";
import { renderAge } from "../terminal/age.ts";
import { tinted } from "../terminal/style.ts";
import { renderTable } from "../terminal/table.ts";

/** Renders environments for people, one line a Connect server or token, or a service account's. */
export function renderStatus(
  stacks: readonly StackStatus[],
  now: Date,
  stream: NodeJS.WriteStream,
): string {
  const rows = stacks.flatMap((status) => {
    const { stack, failure } = status;
    if (failure !== undefined) return [[stack, tinted(failureText(failure), "failed", stream)]];
    return status.credentials.map((credential, index) => [
      ...(index === 0 ? heading(status, now) : ["", "", "", ""]),
      credential.name,
      credential.kind === "server" ? "server" : (credential.consumer ?? ""),
      credential.mintedAt === undefined ? "?" : renderAge(new Date(credential.mintedAt), now),
      credential.expiresAt?.slice(0, 10) ?? "",
      tinted(dueOf(credential, status), "warning", stream),
    ]);
  });
  const headings = ["STACK", "CHART", "OPERATOR", "UPDATED", "CREDENTIAL", "FOR", "AGE"];
  return renderTable([...headings, "EXPIRES", "DUE"], rows, stream);
}

/** Renders which Secrets and namespaces each vault reaches: what whoever has the cluster can read. */
export function renderReach(stacks: readonly StackStatus[], stream: NodeJS.WriteStream): string {
  const rows = stacks.flatMap(({ stack, cluster = "?", reach }) =>
    reach.map(({ vault, access, consumer, isInCluster, namespaces, secrets }) => [
      isInCluster ? cluster : `(${consumer})`,
      vault,
      access,
      stack,
      namespaces === "all" ? "all namespaces" : namespaces.join(", "),
      secrets.join(", "),
    ]),
  );
  const byCluster = rows.toSorted(([one = ""], [other = ""]) => one.localeCompare(other));
  const headings = ["CLUSTER", "VAULT", "ACCESS", "ENVIRONMENT", "NAMESPACES", "SECRETS"];
  return renderTable(headings, byCluster, stream);
}

/** Whether somebody should do something about an environment. */
export function isDue({ failure, drift, credentials }: StackStatus, now: Date): boolean {
  const ends = now.toISOString();
  return (
    failure !== undefined ||
    drift.length > 0 ||
    credentials.some(
      ({ rotation, notes, expiresAt }) =>
        rotation !== undefined ||
        notes.length > 0 ||
        (expiresAt !== undefined && expiresAt <= ends),
    )
  );
}

function heading({ stack, chart, operator, updatedAt }: StackStatus, now: Date): string[] {
  const updated = updatedAt === undefined ? "?" : renderAge(new Date(updatedAt), now);
  return [stack, chart ?? "?", operator ?? "?", updated];
}

function dueOf({ rotation, notes }: CredentialStatus, { drift }: StackStatus): string {
  const due = rotation === undefined ? [] : [rotation];
  return [...due, ...notes, ...drift].join(" ");
}
