import { ConnectError, isSameOnePasswordId } from "@opconnect/core";
import type { OpAccount, OpPerson } from "../op/identity.ts";
import { isRevoked } from "../op/object-state.ts";
import type { OpCli } from "../op/op-cli.ts";
import type { OpServer } from "../op/servers.ts";
import {
  describeShortfall,
  listVaultRights,
  type VaultRights,
} from "../vault/access/own-rights.ts";
import { broadPermissions } from "../vault/access/role.ts";
import { findByTitle } from "../vault/find-by-title.ts";
import type { PreflightEnvironment } from "./environment.ts";
import {
  type Finding,
  ok,
  type PreflightCheck,
  type PreflightResult,
  runCheck,
  skipped,
  skippedAfter,
} from "./result.ts";

/**
 * Can a person mint here? One check after the other, as each would only repeat the failure of the
 * last.
 */
export async function checkOp(
  { vaults = [], serverId, account }: Pick<PreflightEnvironment, "vaults" | "serverId" | "account">,
  op: OpCli,
): Promise<readonly PreflightResult[]> {
  const results: PreflightResult[] = [];
  const failed = () =>
    results.find(({ check, status }) => status === "failed" && check !== "minting-right");
  const step = async (check: PreflightCheck, work: () => Promise<Finding>) => {
    const before = failed();
    results.push(before ? skippedAfter(check, before) : await runCheck({ check }, work));
  };
  let person: OpPerson | undefined;
  await step("op-version", async () => judgeVersion(await op.version()));
  await step("op-sign-in", async () => {
    person = await op.getMe();
    return judgePerson(person);
  });
  await step("op-account", async () => judgeAccount(await op.whoami(), account));
  await step("minting-right", async () => judgeServers(await op.recentServers(), serverId));
  const before = failed();
  if (before !== undefined) results.push(skippedAfter("vault-access", before));
  else if (vaults.length === 0) {
    results.push(skipped("vault-access", "The environment names no vaults."));
  } else results.push(...(await checkVaults(vaults, person, op)));
  return withFacts(results);
}

/** Since when `op vault list` knows `--permission`. */
const oldest = { major: 2, minor: 25 };

function judgeVersion(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isNew = major > oldest.major || (major === oldest.major && minor >= oldest.minor);
  if (isNew) return ok(`\`op\` is ${version}.`);
  throw new ConnectError(
    "OP_TOO_OLD",
    `\`op\` is ${version}; opconnect needs ${oldest.major}.${oldest.minor} or later.`,
    "Update the 1Password CLI: https://developer.1password.com/docs/cli/get-started.",
  );
}

function judgePerson({ type, name, email }: OpPerson): Finding {
  if (type !== "SERVICE_ACCOUNT") return ok(`Signed in as ${email ?? name}.`);
  throw new ConnectError(
    "OP_CANNOT_MINT",
    `\`op\` acts as the service account ${name}.`,
    "Sign in as a person: service accounts cannot create Connect servers and tokens.",
  );
}

/** @param expected Id or sign-in address; `undefined` if nothing tells. */
function judgeAccount({ id, url }: OpAccount, expected: string | undefined): Finding {
  if (expected === undefined) {
    return ok(
      `The account is ${url} (${id}); nothing says yet which one the environment belongs to.`,
    );
  }
  const address = expected.toLowerCase().replace(/^https?:\/\/|\/$/g, "");
  if ([id, url].some((name) => name.toLowerCase() === address)) {
    return ok(`The account is ${url} (${id}), the environment's.`);
  }
  throw new ConnectError(
    "OP_WRONG_ACCOUNT",
    `\`op\` is signed in to ${url} (${id}), and the environment belongs to ${expected}.`,
    `Sign in to that account, or choose it: \`export OP_ACCOUNT=${expected}\`.`,
  );
}

/** To a person who may not create Connect servers, `op` refuses their list. */
function judgeServers(servers: readonly OpServer[], serverId = ""): Finding {
  const server = servers.find(({ id }) => isSameOnePasswordId(id, serverId));
  if (server === undefined || !isRevoked(server)) return ok("You may create Connect servers.");
  return {
    status: "warning",
    happened: `You may create Connect servers. The environment's own, "${server.name}" (${server.id}), was deleted.`,
    remedy: "The next `pulumi up` creates another one, with new credentials.",
  };
}

async function checkVaults(
  vaults: NonNullable<PreflightEnvironment["vaults"]>,
  person: OpPerson | undefined,
  op: OpCli,
): Promise<readonly PreflightResult[]> {
  let listed: Promise<VaultRights> | undefined;
  const results: PreflightResult[] = [];
  for (const vault of vaults) {
    const { title, id: known } = vault;
    const check = "vault-access";
    const result = await runCheck({ check, subject: title ?? known ?? "" }, async () => {
      listed ??= listVaultRights(op, broadPermissions);
      const rights = await listed;
      const id = known ?? findByTitle(title ?? "", rights.vaults)?.id;
      if (id === undefined) {
        return ok(`\`op\` shows no vault "${title}"; the next \`pulumi up\` creates it.`);
      }
      const shortfall = await describeShortfall({ title, id }, rights, person?.email, op);
      if (shortfall === undefined) return ok(`You have full access to ${id}.`);
      return { status: "failed", ...shortfall, code: "OP_VAULT_ACCESS" };
    });
    results.push(result);
  }
  return results;
}

/** What was established is told along with a refusal of an unknown kind. */
function withFacts(results: readonly PreflightResult[]): readonly PreflightResult[] {
  const facts = results.filter(({ status }) => status === "ok").map(({ happened }) => happened);
  if (facts.length === 0) return results;
  return results.map((result) =>
    result.code === "OP_FAILED"
      ? { ...result, happened: `${result.happened} What is known: ${facts.join(" ")}` }
      : result,
  );
}
