import { marks, tinted } from "../terminal/style.ts";
import { wrapped } from "../terminal/wrapped.ts";
import type { CheckResult } from "./check-result.ts";

/**
 * Renders findings as a table: a line for each check, and below a failure what to do about it. A name
 * that would leave too little room beside it has a line of its own.
 * @param verdict The last line.
 */
export function renderFindings(
  findings: readonly CheckResult[],
  verdict = summary(findings),
): string {
  const columns = Math.min(process.stdout.columns ?? 100, 120);
  const longest = Math.max(0, ...findings.map((finding) => labelOf(finding).length));
  const labelWidth = Math.min(longest, Math.floor(columns / 2) - 4);
  const indent = 2 + labelWidth + 2;
  const lines = findings.flatMap((finding) => {
    const { status, happened, remedy, code } = finding;
    const label = labelOf(finding);
    const beside = label.length > labelWidth ? `\n${" ".repeat(indent)}` : "  ";
    const found = wrapped(code === undefined ? happened : `${happened} [${code}]`, indent, columns);
    const body = status === "skipped" ? tinted(found, status) : found;
    const line = `${tinted(marks[status], status)} ${label.padEnd(labelWidth)}${beside}${body}`;
    if (remedy === undefined || status === "ok") return [line];
    const indented = " ".repeat(indent);
    const arrow = tinted("→", status);
    return [line, `${indented}${arrow} ${wrapped(remedy, indent + 2, columns)}`];
  });
  return `${lines.join("\n")}\n\n${verdict}\n`;
}

function labelOf({ check, subject }: CheckResult): string {
  return subject === undefined ? labels[check] : `${labels[check]} ${subject}`;
}

const labels: Readonly<Record<CheckResult["check"], string>> = {
  "op-version": "1Password CLI",
  "op-sign-in": "Sign-in",
  "op-account": "Account",
  "minting-right": "Right to mint",
  "vault-access": "Vault",
  "store-write": "Secret",
  cluster: "Cluster",
  "cluster-permission": "Cluster rights",
  "token-expiry": "Token expiry",
  state: "State",
  store: "Store",
  server: "Server",
  token: "Token",
  "account-token": "Service account",
  "cluster-secret": "Cluster Secret",
  deployment: "Deployment",
  certificate: "Certificate",
  connect: "Connect",
  definition: "OnePasswordItem",
  "operator-rights": "Operator rights",
  "network-policy": "NetworkPolicy",
  "access-policy": "Item access",
  item: "Item",
};

function summary(findings: readonly CheckResult[]): string {
  const count = (status: CheckResult["status"]) =>
    findings.filter((finding) => finding.status === status).length;
  const [failed, warnings, skipped] = [count("failed"), count("warning"), count("skipped")];
  const parts = [
    failed === 0
      ? tinted("Everything is in place", "ok")
      : tinted(`${failed} of ${findings.length} checks failed`, "failed"),
  ];
  if (warnings > 0) parts.push(`${warnings} to mind`);
  if (skipped > 0) parts.push(`${skipped} not looked at`);
  return `${parts.join(", ")}.`;
}
