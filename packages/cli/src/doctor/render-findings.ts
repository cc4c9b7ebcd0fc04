import { type TextStream, type Tone, tinted } from "../terminal/style.ts";
import { wrapped } from "../terminal/wrapped.ts";
import type { Finding } from "./finding.ts";

/** Renders findings as a table: a line for each check, and below a failure what to do about it. */
export function renderFindings(findings: readonly Finding[], stream: TextStream): string {
  const columns = Math.min(stream.columns ?? 100, 120);
  const labelWidth = Math.max(0, ...findings.map((finding) => labelOf(finding).length));
  const indent = 2 + labelWidth + 2;
  const lines = findings.flatMap((finding) => {
    const { mark, tone } = marks[finding.status];
    const { happened, remedy, code } = finding;
    const label = labelOf(finding).padEnd(labelWidth);
    const found = wrapped(code === undefined ? happened : `${happened} [${code}]`, indent, columns);
    const body = finding.status === "skipped" ? tinted(found, "faint", stream) : found;
    const line = `${tinted(mark, tone, stream)} ${label}  ${body}`;
    if (remedy === undefined || finding.status === "ok") return [line];
    const indented = " ".repeat(indent);
    return [
      line,
      `${indented}${tinted("→", tone, stream)} ${wrapped(remedy, indent + 2, columns)}`,
    ];
  });
  return `${lines.join("\n")}\n\n${summary(findings, stream)}\n`;
}

function labelOf({ check, subject }: Finding): string {
  return subject === undefined ? labels[check] : `${labels[check]} ${subject}`;
}

const labels: Readonly<Record<Finding["check"], string>> = {
  "op-version": "1Password CLI",
  "op-sign-in": "Sign-in",
  "op-account": "Account",
  "minting-right": "Right to mint",
  "vault-access": "Vault",
  "store-write": "Secret",
  cluster: "Cluster",
  "cluster-permission": "Cluster rights",
  "token-expiry": "Token expiry",
  store: "Store",
  server: "Server",
  token: "Token",
  item: "Item",
};

const marks: Readonly<Record<Finding["status"], { readonly mark: string; readonly tone: Tone }>> = {
  ok: { mark: "✔", tone: "good" },
  warning: { mark: "!", tone: "caution" },
  failed: { mark: "✖", tone: "bad" },
  skipped: { mark: "-", tone: "faint" },
};

function summary(findings: readonly Finding[], stream: TextStream): string {
  const count = (status: Finding["status"]) =>
    findings.filter((finding) => finding.status === status).length;
  const [failed, warnings, skipped] = [count("failed"), count("warning"), count("skipped")];
  const rest = [
    ...(warnings === 0 ? [] : [`${warnings} to mind`]),
    ...(skipped === 0 ? [] : [`${skipped} not looked at`]),
  ];
  const head =
    failed === 0
      ? tinted("Everything is in place", "good", stream)
      : tinted(`${failed} of ${findings.length} checks failed`, "bad", stream);
  return `${[head, ...rest].join(", ")}.`;
}
