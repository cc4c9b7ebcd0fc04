import { defined, type EnvironmentId } from "@opconnect/core";
import type { Adoption, AdoptionEvidence } from "@opconnect/provision";
import { adoptOutput } from "../terminal/output/adopt.ts";
import { renderJson } from "../terminal/output/render-json.ts";
import { marks, tinted } from "../terminal/style.ts";
import { wrapped } from "../terminal/wrapped.ts";

/** What is said besides what was found. */
export interface AdoptionSettings {
  readonly environment: EnvironmentId;
  readonly namespace: string;
  /** None if something speaks against the adoption. */
  readonly program: string | undefined;
}

/**
 * Renders for people what was found, the program, and what it will do. Everything but the program is
 * a comment, so that the output can be written to a file as it is.
 */
export function renderAdoption(adoption: Adoption, settings: AdoptionSettings): string {
  const { client, environment } = settings.environment;
  const found = adoption.evidence.flatMap(renderEvidence);
  const head = [`${client}/${environment} as it was found:`, ...found].map(comment).join("");
  if (settings.program === undefined) {
    return `${head}${comment("")}${comment("It cannot be taken over like this.")}`;
  }
  return `${head}\n${settings.program}\n${whatUpDoes(adoption, settings).map(comment).join("")}`;
}

/** Renders the same for programs. */
export function renderAdoptionJson(
  { tokens, ...adoption }: Adoption,
  program: string | undefined,
): string {
  return renderJson(adoptOutput, {
    ready: program !== undefined,
    ...adoption,
    tokens: tokens.map(({ expiresAt, ...token }) => ({
      ...token,
      ...defined({ expiresAt: expiresAt?.toISOString() }),
    })),
    program: program ?? null,
  });
}

function renderEvidence({ status, happened, remedy }: AdoptionEvidence): readonly string[] {
  const line = `${tinted(marks[status], status)} ${wrapped(happened, 2, columns)}`;
  if (remedy === undefined) return [line];
  return [line, `  → ${wrapped(remedy, 4, columns)}`];
}

const columns = 97;

function whatUpDoes(
  { server, vaults, tokens }: Adoption,
  { namespace }: AdoptionSettings,
): readonly string[] {
  const consumers = tokens.map(({ consumer }) => consumer);
  const steps = [
    `takes over the Connect server ${server?.id ?? ""} with its credentials file as it is;`,
    ...consumers.map((consumer) => `takes over the Connect token for ${consumer} as it is;`),
  ];
  if (!consumers.includes("operator")) {
    steps.push("creates a Connect token for the operator, since the store holds none;");
  }
  steps.push(
    `grants the server its ${vaults.length === 1 ? "vault" : "vaults"} again, by \`op\`: that changes nothing where it has them;`,
    `installs Connect and the operator in the namespace ${namespace}, beside any other.`,
  );
  return [
    "The first `pulumi up`",
    ...steps.map((step) => `- ${wrapped(step, 2, columns)}`),
    "`pulumi preview` shows it before.",
  ];
}

function comment(text: string): string {
  return text
    .split("\n")
    .map((line) => `${`// ${line}`.trimEnd()}\n`)
    .join("");
}
