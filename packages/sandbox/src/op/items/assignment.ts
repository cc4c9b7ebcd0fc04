import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { newId } from "../../account/ids.ts";
import type { ItemContent, ItemField } from "../../account/item.ts";
import { OpFailure } from "../op-failure.ts";

/** One `[section.]field[[type]]=value` of the command line. */
export interface ItemAssignment {
  readonly section?: string;
  readonly field: string;
  /** Lower-case field type, `file` or `delete`. */
  readonly type?: string;
  readonly value: string;
}

/**
 * Parses an assignment; `.`, `=` and `\` in names are escaped by a backslash.
 * @throws OpFailure if there is no `=` (but `field[delete]` needs none).
 * @see https://developer.1password.com/docs/cli/item-create/
 */
export function parseAssignment(text: string): ItemAssignment {
  const [, left = "", equals, value = ""] = /^((?:\\.|[^=\\])*)(=)?(.*)$/s.exec(text) ?? [];
  const [, path = left, type] = /^(.*)\[([^\]]+)\]$/s.exec(left) ?? [];
  if (equals === undefined && type !== "delete") {
    throw new OpFailure(`invalid assignment "${text}": use [<section>.]<field>[[<type>]]=<value>`);
  }
  const [first = "", ...rest] = path.match(/(?:\\.|[^.\\])+/gs) ?? [];
  const names = rest.length === 0 ? { field: first } : { section: first, field: rest.join(".") };
  return {
    field: unescapeName(names.field),
    ...("section" in names ? { section: unescapeName(names.section) } : {}),
    ...(type === undefined ? {} : { type: type.toLowerCase() }),
    value,
  };
}

/** Writes assignments into an item, one after the other. */
export async function applyAssignments(
  content: ItemContent,
  assignments: readonly ItemAssignment[],
  cwd: string,
): Promise<void> {
  for (const assignment of assignments) {
    if (assignment.type === "file") await attachFile(content, assignment, cwd);
    else if (assignment.type === "delete") deleteField(content, assignment);
    else setField(content, assignment);
  }
}

function setField(content: ItemContent, assignment: ItemAssignment): void {
  const { section, field, value } = assignment;
  const at = indexOfField(content, assignment);
  const existing = content.fields[at];
  // [?] a field of one's own is concealed unless a type says otherwise
  const type = fieldType(assignment) ?? existing?.type ?? "CONCEALED";
  if (existing) content.fields[at] = { ...existing, type, value };
  else {
    const sectionId =
      section === undefined ? {} : { sectionId: findOrAddSection(content, section) };
    content.fields.push({ id: newId(), type, label: field, value, ...sectionId });
  }
}

function deleteField(content: ItemContent, assignment: ItemAssignment): void {
  const at = indexOfField(content, assignment);
  if (at !== -1) content.fields.splice(at, 1);
}

async function attachFile(
  content: ItemContent,
  { field, section, value }: ItemAssignment,
  cwd: string,
): Promise<void> {
  const bytes = await readFile(resolve(cwd, value)).catch(() => {
    throw new OpFailure(`could not read file ${value}: no such file or directory`);
  });
  content.files.push({
    id: newId(),
    name: field || basename(value),
    sizeBytes: bytes.length,
    contentBase64: bytes.toString("base64"),
    ...(section === undefined ? {} : { sectionId: findOrAddSection(content, section) }),
  });
}

function indexOfField(content: ItemContent, { section, field }: ItemAssignment): number {
  const named = (each: ItemField): boolean => each.id === field || each.label === field;
  if (section === undefined) return content.fields.findIndex(named);
  const ids = content.sections
    .filter(({ id, label }) => id === section || label === section)
    .map(({ id }) => id);
  return content.fields.findIndex((each) => named(each) && ids.includes(each.sectionId ?? ""));
}

function findOrAddSection({ sections }: ItemContent, name: string): string {
  const existing = sections.find(({ id, label }) => id === name || label === name);
  if (existing) return existing.id;
  const added = { id: newId(), label: name };
  sections.push(added);
  return added.id;
}

function fieldType({ type }: ItemAssignment): string | undefined {
  if (type === undefined) return undefined;
  const known = fieldTypes[type];
  if (known === undefined) throw new OpFailure(`"${type}" isn't a field type.`);
  return known;
}

function unescapeName(name: string): string {
  return name.replaceAll(/\\(.)/gs, "$1");
}

const fieldTypes: Readonly<Record<string, string>> = {
  password: "CONCEALED",
  concealed: "CONCEALED",
  text: "STRING",
  email: "EMAIL",
  url: "URL",
  date: "DATE",
  monthyear: "MONTH_YEAR",
  phone: "PHONE",
  otp: "OTP",
};
