import type { StackAccountToken, StackEnvironment, StackMinted } from "@opconnect/fleet";
import {
  checkReach,
  judgeExpiry,
  observeSecret,
  openStore,
  runCheck,
  type SecretObservation,
} from "@opconnect/provision";
import { checkAccountToken } from "./check-account-token.ts";
import { checkInCluster, notLookedAt } from "./check-in-cluster.ts";
import { type CheckResult, failed } from "./check-result.ts";
import { judgeStored } from "./judge-minted.ts";

/**
 * Checks of the environments of a stack what can be seen without `op`: that the credential store holds
 * what was deployed, by its tags, and that the cluster works with it.
 */
export async function verifyStack(environment: StackEnvironment): Promise<readonly CheckResult[]> {
  const minted = [...environment.servers, ...environment.tokens];
  const stored = await Promise.all([
    ...minted.map(checkStored),
    ...environment.accountTokens.map(checkGiven),
  ]);
  const fingerprints = stored.flatMap(({ secretId, fingerprint }) =>
    fingerprint === undefined ? [] : ([[secretId, fingerprint]] as const),
  );
  const known = { lostVaults: [], stored: new Map(fingerprints) };
  const [first] = environment.clusterSecrets.filter(({ isSecret }) => !isSecret);
  const reached = first && (await checkReach(first, first.clusterUid));
  const inCluster =
    reached?.status === "failed"
      ? notLookedAt(environment, "The check cluster failed.")
      : await checkInCluster(environment, known, undefined);
  return [...stored.flatMap(({ results }) => results), ...(reached ? [reached] : []), ...inCluster];
}

async function checkGiven(token: StackAccountToken) {
  const { result, fingerprint } = await checkAccountToken(token, () => openStore(token.store));
  return { results: [result], secretId: token.secretId, fingerprint };
}

async function checkStored(minted: StackMinted & { readonly consumer?: string }) {
  const { kind, name, secretId, store, consumer } = minted;
  let observation: SecretObservation | undefined;
  const held = await runCheck({ check: kind, subject: name }, async () => {
    observation = await observeSecret(minted, { store: openStore(store) });
    return judgeStored(minted, observation) ?? judgeDrift(minted, observation);
  });
  const tags = observation?.stored === "unknown" ? undefined : observation?.tags;
  const results: CheckResult[] = [held];
  if (consumer !== undefined) {
    const expiry = { check: "token-expiry", subject: consumer } as const;
    results.push(
      tags === undefined
        ? { ...expiry, status: "skipped", happened: "The credential store does not tell." }
        : await runCheck(expiry, () => judgeExpiry(tags.expiresAt, new Date())),
    );
  }
  return { results, secretId, fingerprint: tags?.fingerprint };
}

function judgeDrift({ id }: StackMinted, { drift }: SecretObservation): Omit<CheckResult, "check"> {
  if (drift.length === 0) return { status: "ok", happened: `${id} is stored.` };
  return failed(drift.join(" "), "Run `pulumi refresh`, then `pulumi up`: it is put right.");
}
