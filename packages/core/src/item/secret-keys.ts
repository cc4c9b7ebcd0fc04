import isBefore from "semver/functions/lt.js";
import parseVersion from "semver/functions/parse.js";
import { ConnectError } from "../error/connect-error.ts";
import { quote } from "../error/quote.ts";
import { isSecretKey, secretKey } from "./secret-key.ts";

/** A field, a website or a file of an item, without what it holds. */
export interface ItemPart {
  readonly kind: "field" | "website" | "file";
  /** Label of a field or a website, name of a file. */
  readonly label: string;
  /** Label of the section that a field is in. */
  readonly section?: string | undefined;
  /** Whether there is anything in it. */
  readonly hasValue: boolean;
  /** Whether it is a field that one-time passwords are made of. */
  readonly isOneTimePassword?: boolean | undefined;
  /** Whether it is the website that the item opens. */
  readonly isPrimary?: boolean | undefined;
}

/** What the operator makes of a field, a website or a file. */
export interface PredictedPart extends ItemPart {
  /** Key that its label becomes; `""` if nothing is left of it. */
  readonly key: string;
  /**
   * - `arrives`: the Secret has the key, with what this part holds;
   * - `undecided`: the Secret has the key, with what one of several websites holds, by chance;
   * - `lost`: the key is another part's, see `lostTo`;
   * - `no-key`, `no-value`: left out;
   * - `not-read`: the operator reads no websites;
   * - `refused`: Kubernetes takes no such key, and no Secret that has it.
   */
  readonly outcome:
    | "arrives"
    | "undecided"
    | "lost"
    | "no-key"
    | "no-value"
    | "not-read"
    | "refused";
  readonly lostTo?: ItemPart;
}

/** The Secret that the operator makes of an item. */
export interface PredictedSecret {
  /** Keys of its data, sorted; none if it is refused. */
  readonly keys: readonly string[];
  /** Whether Kubernetes refuses it as a whole: an older one of the name then stays as it is. */
  readonly isRefused: boolean;
  /** All parts of the item, in its order. */
  readonly parts: readonly PredictedPart[];
}

/**
 * The keys of the Secret that the operator makes of an item, and why some of its parts have none. Where
 * several become one key, the last field of them counts, else a website, else the first file.
 * @param parts Of each kind, all of the item, in its order.
 * @param operatorVersion E.g. `"1.12.0"`: before 1.11 a label of which nothing is left, or a file's odd
 * name, spoils the whole Secret; 1.10 keeps what is empty; before 1.10.1 there are no websites.
 * @default - as the newest operator that is known, which was not told to allow empty values
 * @throws `ARGUMENT_INVALID` if that is no version.
 * @see https://github.com/1Password/onepassword-operator/blob/v1.12.0/pkg/kubernetessecrets/kubernetes_secrets_builder.go `BuildKubernetesSecretData`
 */
export function secretKeys(parts: readonly ItemPart[], operatorVersion?: string): PredictedSecret {
  const rules = rulesOf(operatorVersion);
  const named = parts.map((part) => ({ ...part, key: rules.keyOf(part) }));
  const contenders = named.filter(
    (part) => rules.leavesOut(part) === undefined && chosenOf(part, named, rules) === part,
  );
  const predicted = named.map((part): PredictedPart => {
    const leftOut = rules.leavesOut(part);
    if (leftOut !== undefined) return { ...part, outcome: leftOut };
    const chosen = chosenOf(part, named, rules);
    const owners = ownersOf(contenders.filter(({ key }) => key === part.key));
    if (!owners.includes(part)) {
      return { ...part, outcome: "lost", lostTo: withoutKey(owners[0] ?? chosen) };
    }
    if (!isSecretKey(part.key)) return { ...part, outcome: "refused" };
    return { ...part, outcome: owners.length > 1 ? "undecided" : "arrives" };
  });
  const isRefused = predicted.some(({ outcome }) => outcome === "refused");
  const keys = predicted.flatMap(({ key, outcome }) =>
    outcome === "arrives" || outcome === "undecided" ? [key] : [],
  );
  return { keys: isRefused ? [] : [...new Set(keys)].sort(), isRefused, parts: predicted };
}

interface NamedPart extends ItemPart {
  readonly key: string;
}

interface OperatorRules {
  readonly keyOf: (part: ItemPart) => string;
  /** Why a part counts for nothing, whatever others there are. */
  readonly leavesOut: (part: NamedPart) => "no-key" | "no-value" | "not-read" | undefined;
  /** By what of two websites the operator sees that one of them is to be chosen. */
  readonly websiteOf: (part: NamedPart) => string;
}

function rulesOf(operatorVersion: string | undefined): OperatorRules {
  if (operatorVersion !== undefined && parseVersion(operatorVersion) === null) {
    throw new ConnectError(
      "ARGUMENT_INVALID",
      `The operator's version is ${quote(operatorVersion)}.`,
      'Write all three numbers, as in "1.12.0".',
    );
  }
  const before = (version: string) =>
    operatorVersion !== undefined && isBefore(operatorVersion, version);
  const keyOf = ({ label }: ItemPart) => secretKey(label) ?? "";
  if (!before("1.11.0")) {
    return {
      keyOf,
      leavesOut: ({ key, hasValue }) => (key === "" ? "no-key" : hasValue ? undefined : "no-value"),
      websiteOf: ({ label }) => label,
    };
  }
  const needsValue = before("1.10.0");
  return {
    keyOf: (part) => (part.kind === "file" ? part.label : keyOf(part)),
    leavesOut: ({ kind, hasValue }) => {
      if (kind === "website" && before("1.10.1")) return "not-read";
      return kind === "field" && needsValue && !hasValue ? "no-value" : undefined;
    },
    websiteOf: ({ key }) => key,
  };
}

/** A part itself; of websites that the operator takes for the same, the primary one, else the last. */
function chosenOf(
  part: NamedPart,
  parts: readonly NamedPart[],
  { websiteOf }: OperatorRules,
): NamedPart {
  if (part.kind !== "website") return part;
  const same = parts.filter(
    (other) => other.kind === "website" && websiteOf(other) === websiteOf(part),
  );
  return same.findLast(({ isPrimary }) => isPrimary) ?? same.at(-1) ?? part;
}

/** Of parts with one key, those whose it may be. */
function ownersOf(parts: readonly NamedPart[]): readonly NamedPart[] {
  const of = (kind: ItemPart["kind"]) => parts.filter((part) => part.kind === kind);
  const [fields, websites] = [of("field"), of("website")];
  if (fields.length > 0) return fields.slice(-1);
  return websites.length > 0 ? websites : of("file").slice(0, 1);
}

function withoutKey({ key: _, ...part }: NamedPart): ItemPart {
  return part;
}
