import { ConnectError } from "../error/connect-error.ts";
import { quote } from "../error/quote.ts";

/** What a template may stand in for. */
export type Placeholder = "client" | "environment" | "purpose";

/** A value for each placeholder that is used. */
export type PlaceholderValues = { readonly [name in Placeholder]?: string };

/** A template that renders names and parses them back. */
export interface Template {
  readonly text: string;
  /** Placeholders it uses, in the order of their first use. */
  readonly placeholders: readonly Placeholder[];
  render(values: PlaceholderValues): string;
  /** Takes the first placeholder to be as long, the others to be as short as possible. */
  parse(name: string): PlaceholderValues | undefined;
}

/**
 * Compiles a text like `"{client}-{environment}"`.
 * @param field Setting that holds the text, for errors, e.g. `"convention.server"`.
 * @param known Placeholders the text may use. All but `{purpose}` it must use, or two environments
 * would share a name.
 * @throws `CONVENTION_PLACEHOLDER` if one is unknown, missing or unfinished.
 * @throws `CONVENTION_AMBIGUOUS` if two of them touch.
 */
export function compileTemplate(
  text: string,
  field: string,
  known: readonly Placeholder[],
): Template {
  const parts = parseParts(text, field, known);
  const used = parts.flatMap((part) => (typeof part === "string" ? [] : part.placeholder));
  const placeholders = [...new Set(used)];
  const missing = known.find((name) => name !== "purpose" && !placeholders.includes(name));
  if (missing !== undefined) throw misplaced(`${field} ${quote(text)} lacks {${missing}}`, known);
  if (text.includes("}{")) throw touching(field, text);
  const pattern = new RegExp(`^${parts.map(renderPattern).join("")}$`);
  return {
    text,
    placeholders,
    render: (values) =>
      parts
        .map((part) => (typeof part === "string" ? part : (values[part.placeholder] ?? "")))
        .join(""),
    parse: (name) => {
      const groups = pattern.exec(name)?.groups;
      return groups && Object.fromEntries(placeholders.map((part) => [part, groups[part]]));
    },
  };
}

/** A literal text or a placeholder. */
type Part = string | { readonly placeholder: Placeholder };

function parseParts(text: unknown, field: string, known: readonly Placeholder[]): readonly Part[] {
  if (typeof text !== "string") throw misplaced(`${field} is ${quote(text)}`, known);
  // Odd positions hold what stood between two braces.
  return text.split(/\{([^{}]*)\}/).map((part, position) => {
    if (position % 2 === 1) {
      const placeholder = known.find((name) => name === part);
      if (placeholder !== undefined) return { placeholder };
      throw misplaced(`${field} ${quote(text)} has the unknown placeholder {${part}}`, known);
    }
    if (!/[{}]/.test(part)) return part;
    throw misplaced(`${field} ${quote(text)} has a brace without its partner`, known);
  });
}

/** Every value has one spelling per length, so that matching takes no exponential time. */
function renderPattern(part: Part, position: number, parts: readonly Part[]): string {
  if (typeof part === "string") return part.replaceAll(/[\\^$.*+?()[\]|/-]/g, "\\$&");
  const { placeholder } = part;
  const earlier = parts.slice(0, position).filter((other) => typeof other !== "string");
  if (earlier.some((other) => other.placeholder === placeholder)) return `\\k<${placeholder}>`;
  const lazy = earlier.length > 0 ? "?" : "";
  return `(?<${placeholder}>[a-z0-9]+${lazy}(?:-[a-z0-9]+${lazy})*${lazy})`;
}

function misplaced(happened: string, known: readonly Placeholder[]): ConnectError {
  const list = known.map((name) => `{${name}}`).join(", ");
  const optional = known.includes("purpose") ? "; only {purpose} may be left out" : "";
  const remedy = `Use ${list}${optional}.`;
  return new ConnectError("CONVENTION_PLACEHOLDER", `${happened}.`, remedy);
}

function touching(field: string, text: string): ConnectError {
  return new ConnectError(
    "CONVENTION_AMBIGUOUS",
    `${field} ${quote(text)} has two placeholders with nothing between them.`,
    `Separate them, as in ${quote(text.replaceAll("}{", "}--{"))}.`,
  );
}
