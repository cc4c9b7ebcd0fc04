import { defined, isSameOnePasswordId } from "@opconnect/core";
import {
  type MintingRecord,
  type SecretObservation,
  storeConfigSchema,
} from "@opconnect/provision";
import { z } from "zod";
import type { Properties } from "../property-diff.ts";
import { sayOnce } from "../warn-once.ts";
import { usedInSchema } from "./credential-use.ts";

/** Inputs that a Connect server and a Connect token have in common. */
export const mintedSchema = z.object({
  name: z.string(),
  vaults: z.array(
    z.object({ key: z.string(), id: z.string(), access: z.enum(["read", "read-write"]) }),
  ),
  store: storeConfigSchema,
  secretId: z.string(),
  revision: z.number(),
  stack: z.string(),
  /** None in the state of a release that noted no holders. */
  holder: z.string().optional(),
  usedIn: usedInSchema.optional(),
  /** Set by `check`: what is replaced, and why. */
  rotation: z.object({ of: z.string(), because: z.string() }).optional(),
});

/** What the state says of a value that was just stored, or found there. */
export function storedAs(
  id: string,
  { versionId, fingerprint, claim, mintedAt }: Omit<MintingRecord, "adopted">,
) {
  const stored = { versionId, fingerprint, stored: { id, versionId } };
  return { ...stored, ...defined({ claim, mintedAt: mintedAt?.toISOString() }) };
}

/** Version of the secret that holds the value with this id, by what `check` found there. */
export function versionOf(stored: unknown, id: string): string | undefined {
  const found = storedSchema.safeParse(stored);
  if (!found.success || !isSameOnePasswordId(found.data.id, id)) return undefined;
  return found.data.versionId;
}

/** Whether `check` found a renaming that was cut short, or a minting. */
export function hasUnfinished(stored: unknown, what: "name" | "announced"): boolean {
  return storedSchema.safeParse(stored).data?.[what] !== undefined;
}

const storedSchema = z.object({
  id: z.string(),
  versionId: z.string(),
  name: z.string().optional(),
  announced: z.array(z.string()).optional(),
});

/** What the state says of the secret after a refresh. `drift` is there for people who read the diff. */
export function storedNow(
  id: string,
  state: Properties,
  { stored, versionId, drift }: Pick<SecretObservation, "stored" | "versionId" | "drift">,
): Properties {
  const isKept = stored === "unknown" || stored === "behind";
  return {
    stored: isKept ? state.stored : holding(id, stored, versionId),
    drift: drift.length > 0 ? drift : undefined,
  };
}

function holding(
  id: string,
  stored: Exclude<SecretObservation["stored"], "unknown" | "behind">,
  versionId: string | undefined,
): Properties {
  if (stored === "held" || stored === "displaced") return { id, versionId };
  return { lost: whatIsLost(stored) };
}

/** What of a server or a token that is there the store does not have: its secret, or what that held. */
export function whatIsLost(stored: SecretObservation["stored"]): "secret" | "value" {
  return stored === "gone" ? "secret" : "value";
}

/** Says once per run why a refresh kept what it could not look at: the first reason stands for all. */
export function keptWithoutOp([reason = ""]: readonly string[]): void {
  if (reason.startsWith("`op` does not list")) {
    sayOnce(`${reason} It is kept as it is known.`);
    return;
  }
  const kept = "Connect servers, tokens and vaults are kept as they are known.";
  sayOnce(`op is not available: ${kept} ${reason}`.trim(), kept);
}
