import { renderLease } from "../lease/lease-text.ts";
import type { CredentialStore, SecretDescription } from "../store/contract/credential-store.ts";
import { attempt } from "./attempt.ts";
import type { PreflightEnvironment, PreflightSystems } from "./preflight-environment.ts";
import type { PreflightResult } from "./preflight-result.ts";

/** What the store told. */
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
  if (openStore === undefined) {
    const happened = "Not looked at, because no credential store is known.";
    return { results: [{ check: "store-write", status: "skipped", happened }], descriptions };
  }
  let store: CredentialStore | undefined;
  const opened = await attempt({ check: "store-write" }, async () => {
    store = await openStore();
    if (secrets.length > 0) return { status: "ok", happened: "The credential store is there." };
    const known = await store.listSecrets();
    const happened = `The credential store answers, and has ${known.length} secrets of opconnect's.`;
    return { status: "ok", happened };
  });
  if (store === undefined || secrets.length === 0) return { results: [opened], descriptions };
  const results: PreflightResult[] = [];
  for (const { name, secretId } of secrets) {
    const found = store;
    results.push(
      await attempt({ check: "store-write", subject: name }, async () => {
        const description = await found.describe(secretId);
        if (description === undefined) {
          const happened = `There is no secret ${secretId} yet; the next \`pulumi up\` creates it.`;
          return { status: "ok", happened };
        }
        descriptions.set(name, description);
        await writeNothing(found, secretId, description);
        return { status: "ok", happened: `The credential store takes writes to ${secretId}.` };
      }),
    );
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
  const offered = renderLease("preflight", new Date(0));
  if (sequence > 0) await store.writeLease(secretId, sequence, offered);
}
