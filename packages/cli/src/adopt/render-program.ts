import type { ConventionTemplates, EnvironmentId } from "@opconnect/core";
import {
  type AdoptedToken,
  type Adoption,
  type StoreConfig,
  storeKindOf,
} from "@opconnect/provision";
import { timeUnits } from "../terminal/age.ts";

/** What a program says besides what was found. */
export interface ProgramSettings {
  readonly environment: EnvironmentId;
  readonly templates: Partial<ConventionTemplates>;
  readonly config: StoreConfig;
}

/** Renders the TypeScript program that takes an environment over. */
export function renderProgram(adoption: Adoption, settings: ProgramSettings): string {
  const { environment, templates, config } = settings;
  const { server, vaults } = adoption;
  const tokens = adoption.tokens
    .map((token) => [token.consumer, tokenArgs(token, adoption)] as const)
    // Every environment has a token for the operator anyway.
    .filter(([consumer, args]) => consumer !== "operator" || args !== undefined)
    .map(([consumer, args]) => [consumer, args ?? {}] as const);
  const args = {
    ...environment,
    adopts: server?.id,
    vaults: Object.fromEntries(
      vaults.map(({ key, id, access }) => [key, access === "read" ? { id } : { id, access }]),
    ),
    tokens: ifAny(Object.fromEntries(tokens)),
    store: ifAny(storeKindOf(config).inProgram(config)),
    convention: ifAny(templates),
  };
  const name = `${environment.client}-${environment.environment}`;
  return `import { ConnectEnvironment } from "@opconnect/pulumi";

new ConnectEnvironment("${name}", ${literal(args, "")});
`;
}

/** Only what differs from the environment's vaults, and a life time. */
function tokenArgs(
  { vaults, lifeSeconds }: AdoptedToken,
  { vaults: all }: Adoption,
): Readonly<Record<string, unknown>> | undefined {
  const scope = Object.fromEntries(
    all.flatMap(({ key, id }) => {
      const covered = vaults.find((vault) => vault.id.toLowerCase() === id);
      return covered === undefined ? [] : [[key, covered.access]];
    }),
  );
  return ifAny({
    vaults: all.every(({ key, access }) => scope[key] === access) ? undefined : scope,
    expiresIn: lifeSeconds === undefined ? undefined : renderDuration(lifeSeconds),
  });
}

/** 1Password's clock may round a life time by some minutes; a token is known by the whole unit. */
export function renderDuration(seconds: number): string {
  for (const [unit, size] of timeUnits) {
    const count = Math.round(seconds / size);
    if (count > 0 && Math.abs(seconds - count * size) <= 300) return `${count}${unit}`;
  }
  return `${seconds}s`;
}

function ifAny<T extends object>(value: T): T | undefined {
  return Object.values(value).some((each) => each !== undefined) ? value : undefined;
}

/** A value as TypeScript: on one line where it fits. */
function literal(value: unknown, indent: string): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return JSON.stringify(value);
  }
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  const short = `{ ${entries.map(([key, each]) => `${property(key)}: ${literal(each, "")}`).join(", ")} }`;
  if (indent !== "" && short.length < 70 && !short.includes("\n")) return short;
  const inner = `${indent}  `;
  const lines = entries.map(
    ([key, each]) => `${inner}${property(key)}: ${literal(each, inner)},\n`,
  );
  return `{\n${lines.join("")}${indent}}`;
}

function property(key: string): string {
  return /^[a-z_$][\w$]*$/i.test(key) ? key : JSON.stringify(key);
}
