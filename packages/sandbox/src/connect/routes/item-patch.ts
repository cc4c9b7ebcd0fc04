import { z } from "zod";
import { newId } from "../../account/ids.ts";
import { Refusal } from "../refusal.ts";

/**
 * Applies a JSON Patch to an item as Connect shows it: add, remove and replace on the item, one of its
 * attributes, an element of a list, a field by its id, or an attribute of a field.
 * @throws Refusal 400 for anything else.
 * @see https://developer.1password.com/docs/connect/api-reference/
 */
export function patchItem(item: object, patch: unknown): Record<string, unknown> {
  const operations = patchSchema.safeParse(patch);
  if (!operations.success) throw new Refusal(400, "Invalid patch");
  let patched: Record<string, unknown> = structuredClone({ ...item });
  for (const operation of operations.data) {
    const [attribute, key, part] = operation.path.split("/").slice(1).filter(Boolean);
    if (attribute === undefined) patched = { ...patched, ...objectValue(operation.value) };
    else if (attribute === "fields")
      patched.fields = patchFields(patched.fields, key, part, operation);
    else if (key === undefined) patched[attribute] = valueAfter(operation);
    else patched[attribute] = patchList(patched[attribute], key, operation);
  }
  return patched;
}

const patchSchema = z.array(
  z.object({
    op: z.enum(["add", "remove", "replace"]),
    path: z.string().startsWith("/"),
    value: z.unknown().optional(),
  }),
);

type Operation = z.infer<typeof patchSchema>[number];

function patchFields(
  fields: unknown,
  id: string | undefined,
  part: string | undefined,
  operation: Operation,
): unknown {
  const before = listValue(fields).map(objectValue);
  if (id === undefined && operation.op === "add") {
    return [...before, { id: newId(), ...objectValue(operation.value) }];
  }
  if (id === undefined) return valueAfter(operation);
  const at = before.findIndex((field) => field.id === id);
  if (at === -1) throw new Refusal(400, "Invalid patch");
  if (part === undefined && operation.op === "remove") return before.toSpliced(at, 1);
  const field =
    part === undefined
      ? { ...objectValue(operation.value), id }
      : { ...before[at], [part]: valueAfter(operation) };
  return before.with(at, field);
}

function patchList(list: unknown, key: string, operation: Operation): unknown {
  const before = listValue(list);
  const at = key === "-" ? before.length : Number(key);
  if (!Number.isInteger(at) || at > before.length) throw new Refusal(400, "Invalid patch");
  if (operation.op === "remove") return before.toSpliced(at, 1);
  return before.toSpliced(at, operation.op === "add" ? 0 : 1, operation.value);
}

function valueAfter({ op, value }: Operation): unknown {
  return op === "remove" ? undefined : value;
}

function listValue(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function objectValue(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null) throw new Refusal(400, "Invalid patch");
  return { ...value };
}
