import { renderLease } from "../lease/text.ts";
import type { CredentialStore, SecretDescription } from "../store/contract/credential-store.ts";
import type { PreflightEnvironment, PreflightSystems } from "./environment.ts";
import { ok, type PreflightResult, runCheck, skipped } from "./result.ts";

export interface StoreState {
  readonly results: readonly PreflightResult[];
  /** Secrets by the name that the environment gives them, without their values. */
  readonly descriptions: ReadonlyMap<string, SecretDescription>;
}

/**
 * Does the store take a write? Each secret is written without being changed: a tag is set to what
 * it is, and a lease is offered under a number that is taken. Reads no value.
 */
export async function checkStore(
  { secrets = [] }: PreflightEnvironment,
  { openStore }: PreflightSystems,
): Promise<StoreState> {
  const descriptions = new Map<string, SecretDescription>();
  const check = "store-write";
  if (openStore === undefined) {
    const because = "Not looked at, because no credential store is known.";
    return { results: [skipped(check, because)], descriptions };
  }
  let store: CredentialStore | undefined;
  const opened = await runCheck({ check }, async () => {
    store = await openStore();
    if (secrets.length > 0) return ok("The credential store is there.");
    const known = await store.listSecrets();
    return ok(`The credential store answers, and has ${known.length} secrets of opconnect's.`);
  });
  if (store === undefined || secrets.length === 0) return { results: [opened], descriptions };
  const results: PreflightResult[] = [];
  for (const { name, secretId } of secrets) {
    const found = store;
    const result = await runCheck({ check, subject: name }, async () => {
      const description = await found.describe(secretId);
      if (description === undefined) {
        return ok(`There is no secret ${secretId} yet; the next \`pulumi up\` creates it.`);
      }
      descriptions.set(name, description);
      await writeNothing(found, secretId, description);
      return ok(`The credential store takes writes to ${secretId}.`);
    });
    results.push(result);
  }
  return { results, descriptions };
}

/**
 * Uses the rights that minting needs, and leaves everything as it is: stores judge who may write
 * before they look at what is written.
 */
async function writeNothing(
  store: CredentialStore,
  secretId: string,
  { tags }: SecretDescription,
): Promise<void> {
  const ours = Object.entries(tags).find(([key]) => key.startsWith("opconnect:"));
  await store.tag(secretId, Object.fromEntries([ours ?? ["opconnect:rotate", ""]]));
  const { sequence } = await store.readLease(secretId);
  // Refused for its number; and should it ever be taken, it is over already.
  const offered = renderLease("preflight", "free");
  if (sequence > 0) await store.writeLease(secretId, sequence, offered);
}
