import { ConnectError, type SecretReference } from "@opconnect/core";
import { quote } from "@opconnect/core/quote";
import { z } from "zod";
import type { ItemRow } from "./item.ts";
import { isName } from "./only-named.ts";

/** An item with its fields, as `op` and Connect both write it. Secret. */
export type ItemWithFields = z.infer<typeof itemWithFields>;

export const itemWithFields = z.object({
  id: z.string().toLowerCase(),
  version: z.number(),
  sections: z.array(z.object({ id: z.string(), label: z.string().default("") })).default([]),
  fields: z
    .array(
      z.object({
        id: z.string(),
        label: z.string().default(""),
        type: z.string().default(""),
        value: z.string().optional(),
        section: z.object({ id: z.string(), label: z.string().optional() }).optional(),
      }),
    )
    .default([]),
});

/** Tells one version of an item from others. */
export function itemVersion({ id, version }: Pick<ItemRow, "id" | "version">): string {
  return `${id.toLowerCase()}@${version}`;
}

/**
 * The value of the field that a reference names.
 * @throws `SECRET_FIELD_INVALID` if there is none, or several with different values.
 */
export function fieldValue(item: ItemWithFields, { section, field }: SecretReference): string {
  const inSection = item.fields.filter((each) => {
    if (section === undefined) return true;
    const own = item.sections.find(({ id }) => id === each.section?.id);
    return [each.section?.id, each.section?.label, own?.label].some((name) =>
      isName(name, section),
    );
  });
  const named = namedBy(inSection, field);
  const where = section === undefined ? "" : ` in the section ${quote(section)}`;
  if (named.some(({ type }) => type === "OTP")) {
    throw invalid(
      `The field ${quote(field)} of the item ${item.id} is a one-time password.`,
      "Name another field: what it holds would be stale, or the seed of all codes.",
    );
  }
  const values = new Set(named.flatMap(({ value }) => (value ? [value] : [])));
  const [value] = values;
  if (value === undefined) {
    const labels = inSection.map(({ label, id }) => quote(label || id)).join(", ");
    const lacks = named.length === 0 ? "has no field" : "has nothing in the field";
    throw invalid(
      `The item ${item.id} ${lacks} ${quote(field)}${where}; there are ${labels || "none"}.`,
      "Correct the field of the reference, or its section.",
    );
  }
  if (values.size === 1) return value;
  throw invalid(
    `The item ${item.id} has ${named.length} fields ${quote(field)}${where} with different values.`,
    `Name the section of the one that is meant, op://<vault>/<item>/<section>/<field>, or the field by its id: ${named.map(({ id }) => id).join(", ")}.`,
  );
}

/** Fields by their id, which no other has; where that has no value, by what people call them. */
function namedBy(fields: ItemWithFields["fields"], name: string): ItemWithFields["fields"] {
  const byId = fields.filter(({ id, value }) => id === name && value);
  return byId.length > 0
    ? byId
    : fields.filter(({ id, label }) => id === name || isName(label, name));
}

function invalid(happened: string, remedy: string): ConnectError {
  return new ConnectError("SECRET_FIELD_INVALID", happened, remedy);
}
