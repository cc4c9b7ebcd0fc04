import { failureText } from "@opconnect/core";
import type { CredentialStatus, StackStatus, VaultReach } from "./model.ts";

/**
 * Renders a fleet as one page that needs no network: a search over all that is shown, an environment
 * a row, and what it can read folded under it.
 */
export function renderStatusPage(
  project: string,
  stacks: readonly StackStatus[],
  now: Date,
): string {
  const rows = stacks.map((stack) => rowOf(stack, now)).join("\n");
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${escaped(project)}: status</title>
<style>${style}</style>
<h1>${escaped(project)}</h1>
<p>${stacks.length} environments, as of ${escaped(now.toISOString())}. <label>Search <input type="search" autofocus></label> <output></output></p>
<table>
<thead><tr><th>Stack<th>Chart<th>Connect<th>Operator<th>Updated<th>Credentials<th>Who can read what</tr></thead>
<tbody>
${rows}
</tbody>
</table>
<script>${script}</script>
`;
}

function rowOf(status: StackStatus, now: Date): string {
  const { stack, chart, connect, operator, updatedAt, cluster, failure, drift } = status;
  if (failure !== undefined) {
    return `<tr><th>${escaped(stack)}<td colspan="6" class="due">${escaped(failureText(failure))}</tr>`;
  }
  const versions = [chart, connect, operator].map((version) => `<td>${escaped(version ?? "?")}`);
  const credentials = status.credentials.map((each) => credentialOf(each, now)).join("");
  const seen = drift.map((each) => `<li class="due">${escaped(each)}`).join("");
  const reach = status.reach.map(reachOf).join("");
  return `<tr><th>${escaped(stack)}${versions.join("")}<td>${escaped(dayOf(updatedAt))}<td><ul>${credentials}${seen}</ul><td><details><summary>${status.reach.length} vaults</summary><p>Cluster ${escaped(cluster ?? "?")}<ul>${reach}</ul></details></tr>`;
}

function credentialOf(credential: CredentialStatus, now: Date): string {
  const { kind, name, mintedAt, expiresAt, rotation, notes } = credential;
  const parts = [
    `${kind} ${name}`,
    ...(mintedAt === undefined ? [] : [`${daysBetween(mintedAt, now)} days old`]),
    ...(expiresAt === undefined ? [] : [`expires ${dayOf(expiresAt)}`]),
  ];
  const due = [...(rotation === undefined ? [] : [rotation]), ...notes];
  const shown = due.length === 0 ? "" : ` <span class="due">${escaped(due.join(" "))}</span>`;
  return `<li>${escaped(parts.join(", "))}${shown}`;
}

function reachOf({
  vault,
  access,
  consumer,
  namespaces,
  secrets,
  isInCluster,
}: VaultReach): string {
  const where = namespaces === "all" ? "all namespaces" : namespaces.join(", ");
  const through = isInCluster ? `in ${where}` : `outside the cluster, for ${consumer}`;
  const into = secrets.length === 0 ? "" : `: ${secrets.join(", ")}`;
  return `<li>${escaped(`${vault} (${access}) ${through}${into}`)}`;
}

function dayOf(time: string | undefined): string {
  return time?.slice(0, 10) ?? "?";
}

function daysBetween(time: string, now: Date): number {
  return Math.floor((now.getTime() - new Date(time).getTime()) / 86_400_000);
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const style = `
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif }
body { margin: 2rem; max-width: 90rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent) }
thead th { position: sticky; top: 0; background: Canvas }
tbody tr { content-visibility: auto; contain-intrinsic-size: auto 3rem }
ul { margin: 0; padding-left: 1.1rem }
.due { color: light-dark(#b3261e, #ff8a80); font-weight: 600 }
input { font: inherit; padding: .2rem .5rem }
@media print { label, output { display: none } details > * { display: block } }
`;

const script = `
const rows = [...document.querySelectorAll("tbody tr")].map((row) => [row, row.textContent.toLowerCase()]);
const search = document.querySelector("input");
search.addEventListener("input", () => {
  const words = search.value.toLowerCase().split(/\\s+/);
  let shown = 0;
  for (const [row, text] of rows) {
    row.hidden = !words.every((word) => text.includes(word));
    shown += row.hidden ? 0 : 1;
  }
  document.querySelector("output").textContent = search.value === "" ? "" : shown + " shown";
});
`;
