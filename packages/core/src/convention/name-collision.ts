import { ConnectError } from "../error/connect-error.ts";
import { quote } from "../error/quote.ts";
import { type NameKind, purposeKinds, rowOf, singleKinds } from "./kinds.ts";
import type { NameTemplate, NameTemplates } from "./name-template.ts";
import type { PlaceholderValues } from "./template.ts";

/**
 * Renders a name that no other kind of name can take in the same place. All environments share one
 * credential store, so there not only this environment's names count: a name is refused if the
 * other template could make it of any values.
 * @throws `CONVENTION_COLLISION` if another kind can.
 */
export function renderDistinctly(
  templates: NameTemplates,
  kind: NameKind,
  values: PlaceholderValues,
): string {
  const name = templates[kind].render(values);
  if (rowOf(kind).among !== "secrets of the store") return name;
  const rivals = rivalsOf(kind, [...singleKinds, ...purposeKinds]);
  const rival = rivals.find((other) => templates[other].parse(name) !== undefined);
  if (rival !== undefined) throw collision(templates[kind], templates[rival], name);
  return name;
}

/**
 * Checks that no two kinds of objects in the environment's own namespace get the same name.
 * @throws `CONVENTION_COLLISION` if two do.
 */
export function assertDistinctInNamespace(
  templates: NameTemplates,
  names: Readonly<Record<(typeof singleKinds)[number], string>>,
): void {
  for (const kind of singleKinds) {
    const rival = rivalsOf(kind, singleKinds).find((other) => names[other] === names[kind]);
    if (rival !== undefined) throw collision(templates[kind], templates[rival], names[kind]);
  }
}

/** Those of several kinds that share with this one what their names have to be distinct among. */
function rivalsOf<K extends NameKind>(kind: NameKind, kinds: readonly K[]): readonly K[] {
  const { among } = rowOf(kind);
  if (among === undefined) return [];
  return kinds.filter((other) => other !== kind && rowOf(other).among === among);
}

/**
 * Checks that no two purposes get the same name.
 * @throws `CONVENTION_COLLISION` if two do.
 */
export function assertDistinctPurposes(
  template: NameTemplate,
  purposes: readonly string[],
  render: (purpose: string) => string,
): void {
  const purposeOf = new Map<string, string>();
  for (const purpose of purposes) {
    const name = render(purpose);
    const other = purposeOf.get(name);
    purposeOf.set(name, purpose);
    if (other === undefined) continue;
    const { field, text } = template;
    throw new ConnectError(
      "CONVENTION_COLLISION",
      `${field} ${quote(text)} gives both ${quote(other)} and ${quote(purpose)} the name ${quote(name)}.`,
      other === purpose ? "List it once." : `Use {purpose} in ${field}.`,
    );
  }
}

function collision(one: NameTemplate, other: NameTemplate, name: string): ConnectError {
  return new ConnectError(
    "CONVENTION_COLLISION",
    `${one.field} ${quote(one.text)} makes ${quote(name)}, which ${other.field} ${quote(other.text)} can make as well.`,
    "Tell the two apart, for example by an ending that only one of them has.",
  );
}
