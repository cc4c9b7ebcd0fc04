import { ConnectError } from "../error/connect-error.ts";
import { quote } from "../error/quote.ts";
import type { NameTemplate, NameTemplates } from "./name-template.ts";
import type { PlaceholderValues } from "./template.ts";
import type { NameKind } from "./templates.ts";

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
  const rival = storeRivals[kind];
  if (rival !== undefined && templates[rival].parse(name) !== undefined) {
    throw collision(templates[kind], templates[rival], name);
  }
  return name;
}

/**
 * Checks that no two kinds of objects in the environment's own namespace get the same name.
 * @throws `CONVENTION_COLLISION` if two do.
 */
export function assertDistinctInNamespace(
  templates: NameTemplates,
  names: Readonly<Record<NamespacedKind, string>>,
): void {
  for (const [kind, rival] of namespaceRivals) {
    if (names[kind] === names[rival]) {
      throw collision(templates[kind], templates[rival], names[kind]);
    }
  }
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

const storeRivals: Readonly<Partial<Record<NameKind, NameKind>>> = {
  credentialsSecret: "tokenSecret",
  tokenSecret: "credentialsSecret",
};

type NamespacedKind = (typeof namespaceRivals)[number][number];

const namespaceRivals = [
  ["connectApplication", "operatorApplication"],
  ["clusterCredentialsSecret", "clusterTokenSecret"],
] as const;
