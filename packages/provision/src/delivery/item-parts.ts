import type { ItemPart, ItemReference } from "@opconnect/core";
import { z } from "zod";
import { openItem } from "./open-item.ts";

/** An item by what is in it, without the values. */
export interface ItemParts {
  readonly id: string;
  readonly title: string;
  readonly parts: readonly ItemPart[];
}

/**
 * Reads which fields, websites and files an item has. Their values arrive here, as neither `op` nor
 * Connect tells the labels without them, and are dropped while they are parsed.
 * @throws as `openItem` and its methods do.
 */
export function readItemParts(
  reference: ItemReference,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ItemParts> {
  return openItem(reference, env).read(itemParts);
}

/** Whether a text is there, without the text. */
const presence = z.string().nullish().transform(Boolean);
const label = z
  .string()
  .nullish()
  .transform((text) => text ?? "");

const list = <T extends z.ZodType>(element: T) =>
  z
    .array(element)
    .nullish()
    .transform((elements) => elements ?? []);

/** An item as `op` and Connect both write it. */
const itemParts: z.ZodType<ItemParts> = z
  .object({
    id: z.string().toLowerCase(),
    title: label,
    sections: list(z.object({ id: z.string(), label })),
    fields: list(
      z.object({
        label,
        type: label,
        value: presence,
        section: z.object({ id: z.string(), label: label }).nullish(),
      }),
    ),
    urls: list(z.object({ label, href: presence, primary: z.boolean().nullish() })),
    files: list(z.object({ name: label, size: z.number().nullish() })),
  })
  .transform(({ id, title, sections, fields, urls, files }) => {
    const sectionOf = (section: (typeof fields)[number]["section"]) =>
      section?.label || sections.find((each) => each.id === section?.id)?.label || undefined;
    const parts: ItemPart[] = [
      ...fields.map(({ label, type, value, section }) => ({
        kind: "field" as const,
        label,
        section: sectionOf(section),
        hasValue: value,
        isOneTimePassword: type === "OTP",
      })),
      ...urls.map(({ label, href, primary }) => ({
        kind: "website" as const,
        label,
        hasValue: href,
        isPrimary: primary === true,
      })),
      ...files.map(({ name, size }) => ({
        kind: "file" as const,
        label: name,
        hasValue: size !== 0,
      })),
    ];
    return { id, title, parts };
  });
