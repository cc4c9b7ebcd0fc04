import { ConnectError } from "@opconnect/core/connect-error";
import { isRecord, parseJson } from "@opconnect/core/json";
import { type OpSettings, runOp } from "../op/run-op.ts";

/** A field of an item as `op item get --format json` prints it. */
export interface OpItemField {
  readonly id: string;
  readonly label: string;
  readonly type: string;
  /** Secret in most fields. */
  readonly value?: string | undefined;
  /** The code of the moment, in a one-time password. Secret. */
  readonly totp?: string | undefined;
  readonly section?: string | undefined;
}

/** An item with its fields. Secret. */
export interface OpItem {
  readonly id: string;
  /** Id of its vault, which goes with the item's: a service account with several has to name it. */
  readonly vaultId: string | undefined;
  readonly title: string;
  readonly version: number;
  readonly category: string;
  readonly fields: readonly OpItemField[];
  /** All that `op` printed. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** An item, and when its reading began: what happened since then is not in it. */
export interface ReadItem extends OpItem {
  /** Milliseconds since 1970. */
  readonly readAt: number;
}

interface ItemQuery {
  readonly item: string;
  readonly vault?: string | undefined;
  /** Whether `op` is to ask 1Password instead of its own cache. */
  readonly fresh?: boolean | undefined;
}

/** Reads an item with everything in it, by one call of `op`. */
export async function fetchItem(
  { item, vault, fresh }: ItemQuery,
  settings: OpSettings,
): Promise<ReadItem> {
  const readAt = Date.now();
  const purpose = `read the item "${item}"`;
  const args = ["item", "get", item, ...inVault(vault), "--format", "json"];
  return { ...parseItem(await runOp({ args, purpose, fresh }, settings), purpose), readAt };
}

/** The option of every call about an item that says where it is, as far as that is known. */
export function inVault(vault: string | undefined): readonly string[] {
  return vault === undefined ? [] : ["--vault", vault];
}

/**
 * Parses an item that `op` printed; lines above the JSON, such as notices of updates, are ignored.
 * @throws `OP_OUTPUT_UNEXPECTED` without quoting it, as it holds secrets.
 */
export function parseItem(text: string, purpose: string): OpItem {
  const json = parseJson(text.slice(Math.max(text.search(/^\{/m), 0)));
  if (isRecord(json) && typeof json.id === "string" && Array.isArray(json.fields ?? [])) {
    return {
      id: json.id,
      vaultId: isRecord(json.vault) ? textOf(json.vault.id) : undefined,
      title: textOf(json.title) ?? "",
      version: typeof json.version === "number" ? json.version : 0,
      category: textOf(json.category) ?? "",
      fields: (Array.isArray(json.fields) ? json.fields : []).filter(isRecord).map(parseField),
      json,
    };
  }
  throw new ConnectError(
    "OP_OUTPUT_UNEXPECTED",
    `\`op\` could not ${purpose}: it printed something else than an item.`,
    "Look at `op --version`, which should be 2.25 or later.",
  );
}

/** The fields of that label or id; those of the same spelling win over those of another. */
export function findFields(item: OpItem, name: string): readonly OpItemField[] {
  const exact = item.fields.filter((field) => names(field).includes(name));
  if (exact.length > 0) return exact;
  const lower = name.toLowerCase();
  return item.fields.filter((field) => names(field).some((each) => each.toLowerCase() === lower));
}

function names({ id, label, section }: OpItemField): readonly string[] {
  return section === undefined ? [id, label] : [id, label, `${section}.${label}`];
}

function parseField(json: Readonly<Record<string, unknown>>): OpItemField {
  const section = isRecord(json.section) ? (json.section.label ?? json.section.id) : undefined;
  const id = textOf(json.id) ?? "";
  return {
    id,
    label: textOf(json.label) ?? id,
    type: textOf(json.type) ?? "",
    value: textOf(json.value),
    totp: textOf(json.totp),
    section: textOf(section),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
