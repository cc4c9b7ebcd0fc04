import { z } from "zod";
import { newId } from "../../account/ids.ts";
import type { ItemContent, ItemField, ItemSection, ItemUrl } from "../../account/item.ts";
import { OpFailure } from "../op-failure.ts";

/** What a JSON template sets; absent parts keep what the item has. */
export interface ItemTemplate extends Partial<ItemContent> {
  readonly vault?: string;
}

/**
 * Parses the JSON that `op item create -` and `op item edit` take, as `op item get --format json` prints
 * it; unknown members are ignored.
 * @throws OpFailure without quoting the input, which holds secrets.
 */
export function parseTemplate(text: string): ItemTemplate {
  const parsed = schema.safeParse(parseJson(text));
  if (!parsed.success) {
    const places = parsed.error.issues.map(({ path }) => path.join("."));
    throw invalidTemplate(`invalid value at ${places.join(", ")}`);
  }
  const { title, category, favorite, tags, urls, fields, vault } = parsed.data;
  const vaultQuery = vault?.id ?? vault?.name;
  return {
    ...(title === undefined ? {} : { title }),
    ...(category === undefined ? {} : { category: category.toUpperCase() }),
    ...(favorite === undefined ? {} : { favorite }),
    ...(tags === undefined ? {} : { tags }),
    ...(urls === undefined ? {} : { urls: urls.map(parseUrl) }),
    ...(fields === undefined
      ? {}
      : { fields: fields.map(parseField), sections: sectionsOf(parsed.data) }),
    ...(vaultQuery === undefined ? {} : { vault: vaultQuery }),
  };
}

const sectionSchema = z.object({ id: z.string(), label: z.string().optional() });

const fieldSchema = z.object({
  id: z.string().optional(),
  type: z.string().optional(),
  purpose: z.string().optional(),
  label: z.string().optional(),
  value: z.string().nullish(),
  section: sectionSchema.optional(),
});

const urlSchema = z.object({
  href: z.string(),
  label: z.string().optional(),
  primary: z.boolean().optional(),
});

const schema = z.object({
  title: z.string().optional(),
  category: z.string().optional(),
  favorite: z.boolean().optional(),
  tags: z.array(z.string()).optional(),
  urls: z.array(urlSchema).optional(),
  sections: z.array(sectionSchema).optional(),
  fields: z.array(fieldSchema).optional(),
  vault: z.object({ id: z.string().optional(), name: z.string().optional() }).optional(),
});

function parseField(field: z.infer<typeof fieldSchema>): ItemField {
  const id = field.id || newId();
  return {
    id,
    type: field.type ?? "STRING",
    label: field.label ?? field.id ?? id,
    ...(field.purpose ? { purpose: field.purpose } : {}),
    ...(field.value ? { value: field.value } : {}),
    ...(field.section ? { sectionId: field.section.id } : {}),
  };
}

/** Sections may be listed, or only named by the fields in them. */
function sectionsOf({ sections = [], fields = [] }: z.infer<typeof schema>): ItemSection[] {
  const named = [...sections, ...fields.flatMap(({ section }) => section ?? [])];
  const unique = new Map(named.toReversed().map((section) => [section.id, section]));
  return [...unique.values()]
    .toReversed()
    .map(({ id, label }) => ({ id, ...(label === undefined ? {} : { label }) }));
}

function parseUrl({ href, label, primary }: z.infer<typeof urlSchema>): ItemUrl {
  return {
    href,
    ...(label === undefined ? {} : { label }),
    ...(primary === undefined ? {} : { primary }),
  };
}

/** The parser's own message would quote the text. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidTemplate("not JSON");
  }
}

/** [?] */
function invalidTemplate(reason: string): OpFailure {
  return new OpFailure(`invalid JSON in piped input: ${reason}`);
}
