import { ConnectError } from "@opconnect/core";
import type { OpPerson } from "../op/identity.ts";
import { listVaultRights, type VaultRights } from "../vault/access/own-rights.ts";
import { broadPermissions } from "../vault/access/role.ts";
import { describeShortfall } from "../vault/access/shortfall.ts";
import { attempt, type Finding } from "./attempt.ts";
import type {
  PreflightEnvironment,
  PreflightSystems,
  PreflightVault,
} from "./preflight-environment.ts";
import type { PreflightResult } from "./preflight-result.ts";

/** Has this person full access to every vault named? One result for each. */
export async function checkVaultAccess(
  { vaults = [] }: PreflightEnvironment,
  person: OpPerson | undefined,
  { op }: PreflightSystems,
): Promise<readonly PreflightResult[]> {
  let rights: Promise<VaultRights> | undefined;
  const results: PreflightResult[] = [];
  for (const vault of vaults) {
    const subject = vault.title ?? vault.id ?? "";
    results.push(
      await attempt({ check: "vault-access", subject }, async () => {
        rights ??= listVaultRights(op, broadPermissions);
        return judge(vault, await rights, person, op);
      }),
    );
  }
  return results;
}

async function judge(
  vault: PreflightVault,
  rights: VaultRights,
  person: OpPerson | undefined,
  op: PreflightSystems["op"],
): Promise<Finding> {
  const id = vault.id ?? idByTitle(vault.title, rights);
  if (id === undefined) {
    const happened = `\`op\` shows no vault "${vault.title}"; the next \`pulumi up\` creates it.`;
    return { status: "ok", happened };
  }
  const shortfall = await describeShortfall({ ...vault, id }, rights, person?.email, op);
  if (shortfall === undefined) {
    return { status: "ok", happened: `You have full access to ${id}.` };
  }
  return { status: "failed", ...shortfall, code: "OP_VAULT_ACCESS" };
}

function idByTitle(title: string | undefined, { vaults }: VaultRights): string | undefined {
  const ids = vaults.filter(({ name }) => name === title).map(({ id }) => id);
  if (ids.length < 2) return ids[0];
  throw new ConnectError(
    "OP_AMBIGUOUS_NAME",
    `${ids.length} vaults are named "${title}": ${ids.join(", ")}.`,
    "Pass the `id` of the one that is meant, or rename the others.",
  );
}
