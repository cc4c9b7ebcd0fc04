import { ConnectError } from "../error/connect-error.ts";
import { quote } from "../error/quote.ts";
import { isPurposeKind, type NameKind, rowOf } from "./kinds.ts";
import { findNameFault, type NameRule } from "./name-rule.ts";
import {
  compileTemplate,
  type Placeholder,
  type PlaceholderValues,
  type Template,
} from "./template.ts";

/** The template of one kind of name: renders only what its target accepts and what parses back. */
export interface NameTemplate {
  /** Setting that holds the template, e.g. `"convention.server"`. */
  readonly field: string;
  readonly text: string;
  /**
   * @throws `CONVENTION_NAME` if the name breaks its target's rule.
   * @throws `CONVENTION_AMBIGUOUS` if it would be read back as something else.
   */
  render(values: PlaceholderValues): string;
  /** Reads a name that {@link render} can have made; others give nothing. */
  parse(name: string): PlaceholderValues | undefined;
}

/** The template of every kind of name. */
export type NameTemplates = Readonly<Record<NameKind, NameTemplate>>;

/**
 * Compiles the template of a kind of name.
 * @throws `CONVENTION_PLACEHOLDER` or `CONVENTION_AMBIGUOUS` as {@link compileTemplate} does.
 * @throws `CONVENTION_NAME` if its target accepts no name of that shape.
 */
export function createNameTemplate(kind: NameKind, text: string): NameTemplate {
  const field = `convention.${kind}`;
  const { rule } = rowOf(kind);
  const ofPurpose: readonly Placeholder[] = isPurposeKind(kind) ? ["purpose"] : [];
  const template = compileTemplate(text, field, ["client", "environment", ...ofPurpose]);
  checkLiterals(template, field, rule);
  return {
    field,
    text,
    render(values) {
      const name = template.render(values);
      const fault = findNameFault(rule, name);
      if (fault !== undefined) throw refused(template, field, values, fault);
      checkReadsBack(template, field, values);
      return name;
    },
    parse: (name) => (findNameFault(rule, name) === undefined ? template.parse(name) : undefined),
  };
}

/** Refuses at once what no values could mend, such as an underscore in a namespace. */
function checkLiterals(template: Template, field: string, rule: NameRule): void {
  const sample = template.render({ client: "client", environment: "environment", purpose: "key" });
  if (rule.shape.test(sample)) return;
  throw new ConnectError(
    "CONVENTION_NAME",
    `${field} ${quote(template.text)} cannot name ${rule.target}, which takes ${rule.shapeInWords}.`,
    `Change what stands around the placeholders of ${field}.`,
  );
}

function refused(
  template: Template,
  field: string,
  values: PlaceholderValues,
  fault: string,
): ConnectError {
  return new ConnectError(
    "CONVENTION_NAME",
    `${quote(template.render(values))}, made of ${describe(values, template.placeholders)} by ${field} ${quote(template.text)}, ${fault}.`,
    `Change ${listed(template.placeholders, "or")}, or ${field}.`,
  );
}

function checkReadsBack(template: Template, field: string, values: PlaceholderValues): void {
  const { text, placeholders } = template;
  const name = template.render(values);
  const read = template.parse(name) ?? {};
  const misread = placeholders.filter((placeholder) => read[placeholder] !== values[placeholder]);
  if (misread.length === 0) return;
  // The first placeholder takes whatever it can: it is the hyphens of the others that mislead.
  const hyphenated = misread.filter((at) => at !== placeholders[0] && values[at]?.includes("-"));
  const culprits = hyphenated.length > 0 ? hyphenated : misread;
  throw new ConnectError(
    "CONVENTION_AMBIGUOUS",
    `${describe(values, culprits)} cannot be told apart in ${quote(name)}: ${field} ${quote(text)} reads it back as ${describe(read, placeholders)}.`,
    `Use no hyphen in ${listed(culprits, "and")}, or separate the placeholders by "--" in every template, as in ${quote(separateClearly(text))} and in doubleHyphenTemplates.`,
  );
}

/** Values never hold two hyphens in a row. */
function separateClearly(template: string): string {
  return template.replaceAll(/\}([a-z0-9-]*)\{/g, (_, separator: string) => {
    const words = separator.replaceAll(/^-+|-+$/g, "");
    return words === "" ? "}--{" : `}--${words}--{`;
  });
}

function describe(values: PlaceholderValues, placeholders: readonly Placeholder[]): string {
  return placeholders.map((name) => `${name} ${quote(values[name])}`).join(", ");
}

function listed(placeholders: readonly Placeholder[], word: "and" | "or"): string {
  return placeholders.join(` ${word} `);
}
