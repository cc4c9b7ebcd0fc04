import { z } from "zod";
import { generateSecret } from "../../account/generate-secret.ts";
import { newId } from "../../account/ids.ts";
import type { Item, ItemContent, ItemField } from "../../account/item.ts";
import { totp } from "../../account/totp.ts";
import { Refusal } from "../refusal.ts";

/** An item without sections and fields, as lists show it. */
export function itemSummary(item: Item) {
  return {
    id: item.id,
    title: item.title,
    vault: { id: item.vaultId },
    category: item.category,
    urls: item.urls,
    favorite: item.favorite,
    tags: item.tags,
    version: item.version,
    ...(item.state ? { state: item.state } : {}),
    createdAt: item.createdAt,
    updatedAt: item.updatedAt,
    lastEditedBy: item.lastEditedBy,
  };
}

export function fullItem(item: Item) {
  return {
    ...itemSummary(item),
    sections: item.sections,
    fields: item.fields.map(renderField),
    ...(item.files.length > 0 ? { files: item.files.map((file) => renderFile(item, file)) } : {}),
  };
}

/** The stored secret of a one-time password is its value; the code of the moment lies beside it. [S] */
function renderField({ id, type, purpose, label, value, sectionId }: ItemField) {
  return {
    id,
    type,
    label,
    ...(purpose === undefined ? {} : { purpose }),
    ...(value === undefined ? {} : { value }),
    ...(type === "OTP" && value ? { totp: totp(value, new Date()) } : {}),
    ...(sectionId === undefined ? {} : { section: { id: sectionId } }),
  };
}

export function renderFile({ id: itemId, vaultId }: Item, file: Item["files"][number]) {
  const { id, name, sizeBytes, sectionId } = file;
  return {
    id,
    name,
    size: sizeBytes,
    content_path: `/v1/vaults/${vaultId}/items/${itemId}/files/${id}/content`,
    ...(sectionId === undefined ? {} : { section: { id: sectionId } }),
  };
}

/**
 * Parses the body of a write.
 * @throws Refusal 400 that names the place, never the value.
 */
export function parseItem(body: unknown, vaultId: string, files: Item["files"] = []): ItemContent {
  const parsed = itemSchema.safeParse(body);
  if (!parsed.success) {
    const place = parsed.error.issues[0]?.path.join(".") ?? "";
    throw new Refusal(
      400,
      place === "category" ? "Invalid item category" : `Invalid item: ${place}`,
    );
  }
  const { title, category, favorite, tags, urls, sections, fields, vault } = parsed.data;
  if (vault && vault.id !== vaultId) throw new Refusal(400, "Invalid Vault UUID");
  return {
    title: title ?? "",
    category,
    favorite: favorite ?? false,
    tags: tags ?? [],
    urls: urls ?? [],
    sections: sections ?? [],
    fields: (fields ?? []).map(parseField),
    files,
  };
}

/** JSON members may be null where a client has nothing to say. */
function optional<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((value) => value ?? undefined);
}

const sectionSchema = z.object({ id: z.string(), label: z.string().default("") });

const urlSchema = z.object({
  href: z.string(),
  label: z.string().default(""),
  primary: z.boolean().default(false),
});

const recipeSchema = z.object({
  length: optional(z.int().min(1).max(64)),
  characterSets: optional(z.array(z.enum(["LETTERS", "DIGITS", "SYMBOLS"])).max(3)),
  excludeCharacters: optional(z.string()),
});

const fieldSchema = z.object({
  id: optional(z.string()),
  type: optional(z.string()),
  purpose: optional(z.enum(["", "USERNAME", "PASSWORD", "NOTES"])),
  label: optional(z.string()),
  value: optional(z.string()),
  generate: optional(z.boolean()),
  recipe: optional(recipeSchema),
  section: optional(z.object({ id: z.string() })),
});

const itemSchema = z.object({
  vault: optional(z.object({ id: z.string() })),
  title: optional(z.string()),
  // CUSTOM and DOCUMENT cannot be written. [D] changelog 1.7.0
  category: z
    .string()
    .refine((name) => /^[A-Z_]+$/.test(name) && !/^(CUSTOM|DOCUMENT)$/.test(name)),
  favorite: optional(z.boolean()),
  tags: optional(z.array(z.string())),
  urls: optional(z.array(urlSchema)),
  sections: optional(z.array(sectionSchema)),
  fields: optional(z.array(fieldSchema)),
});

function parseField(field: z.infer<typeof fieldSchema>): ItemField {
  const id = field.id || newId();
  const type = (field.type ?? "STRING").toUpperCase();
  const value = field.value ?? (field.generate ? generateSecret(field.recipe ?? {}) : undefined);
  return {
    id,
    type: type === "TOTP" ? "OTP" : type,
    label: field.label ?? "",
    ...(field.purpose ? { purpose: field.purpose } : {}),
    ...(value === undefined ? {} : { value }),
    ...(field.section ? { sectionId: field.section.id } : {}),
  };
}
