import { isRecord } from "@opconnect/core";
import type { PlannedStep } from "./engine/planned-steps.ts";
import { canonical } from "./engine/property-changes.ts";
import type { StackReport } from "./model.ts";
import { shownText } from "./shown.ts";

type MintingNeed = StackReport["minting"][number];
type Properties = Readonly<Record<string, unknown>>;

/**
 * What of the steps only a person who is signed in to 1Password can do. Follows from the inputs
 * alone, into which a preview puts what the store holds.
 */
export function mintingNeeds(steps: readonly PlannedStep[]): readonly MintingNeed[] {
  return steps.flatMap((step) => {
    const kind = kinds[step.type];
    if (kind === undefined) return [];
    const [olds, news] = [recordedOf(step), step.after?.inputs ?? {}];
    const name = shownText(String(news.title ?? news.name ?? olds.title ?? olds.name ?? ""));
    const needs = kind === "vault" ? vaultNeeds(step, olds, news) : mintedNeeds(step, olds, news);
    return needs.map((need) => ({ kind, name, ...need }));
  });
}

const kinds: Readonly<Record<string, "vault" | "server" | "token">> = {
  "pulumi-nodejs:dynamic/opconnect:Vault": "vault",
  "pulumi-nodejs:dynamic/opconnect:ConnectServer": "server",
  "pulumi-nodejs:dynamic/opconnect:ConnectToken": "token",
};

type Need = Pick<MintingNeed, "because"> & Partial<Pick<MintingNeed, "kind">>;

function recordedOf({ before }: PlannedStep): Properties {
  return { ...before?.inputs, ...before?.outputs };
}

function vaultNeeds({ operation, before }: PlannedStep, _: Properties, __: Properties): Need[] {
  if (operation === "create") return [{ because: "new" }];
  if (operation === "replace") return [{ because: "replaced" }];
  if (operation === "update") return [{ because: "changed" }];
  return operation === "delete" && before?.retainOnDelete === false ? [{ because: "deleted" }] : [];
}

function mintedNeeds(step: PlannedStep, olds: Properties, news: Properties): Need[] {
  const stored = isRecord(news.stored) ? news.stored : {};
  switch (step.operation) {
    case "create":
      return typeof stored.id === "string" ? [] : [{ because: "new" }];
    case "replace":
      // What is to be replaced takes no one's place.
      if (typeof stored.id === "string" && !isSameId(stored.id, step.before?.id)) return [];
      return [{ because: reasonOf(stored, olds, news) }];
    case "update":
      return updateNeeds(stored, olds, news);
    case "delete":
      return [{ because: "deleted" }];
    default:
      return [];
  }
}

function reasonOf(stored: Properties, olds: Properties, news: Properties): Need["because"] {
  if (stored.lost !== undefined) return "lost";
  const isDue =
    news.rotation !== undefined && canonical(news.rotation) !== canonical(olds.rotation);
  return isDue ? "rotation" : "replaced";
}

function updateNeeds(stored: Properties, olds: Properties, news: Properties): Need[] {
  if (stored.lost !== undefined) return [{ because: "lost" }];
  if (stored.granting !== undefined || stored.announced !== undefined) {
    return [{ because: "unfinished" }];
  }
  if (canonical(olds.vaults) !== canonical(news.vaults)) {
    return [{ kind: "grant", because: "changed" }];
  }
  return olds.name === news.name && stored.name === undefined ? [] : [{ because: "changed" }];
}

function isSameId(a: string, b: string | undefined): boolean {
  return a.toLowerCase() === b?.toLowerCase();
}
