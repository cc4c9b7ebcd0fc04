import { addPerson, type FailureEffect, injectFailure, signIn } from "@opconnect/sandbox";
import { createSandboxOp } from "../../../packages/provision/fixtures/fakes/sandbox-op.ts";
import { createScriptedOp } from "../../../packages/provision/fixtures/fakes/scripted-op.ts";
import { createOpCli, type OpCli } from "../../../packages/provision/src/op/op-cli.ts";
import { checkOp } from "../../../packages/provision/src/preflight/check-op.ts";
import type { PreflightResult } from "../../../packages/provision/src/preflight/result.ts";
import { ensureVault } from "../../../packages/provision/src/vault/ensure.ts";
import type { Remedies, Remedy } from "./remedy.ts";

/** The account that these remedies are tried on. */
export const sandbox = await createSandboxOp();
const op = createOpCli({ env: sandbox.env });

const vault = "a".repeat(26);
const wanted = { title: "twice", mark: "opconnect:acme/prod/app", adminCommand: "pulumi up" };
const listVaults = () => op.listVaults();

/** What `op` refuses once, and does when it is asked again. */
function again(effect: FailureEffect): Remedy {
  return {
    async refused() {
      await injectFailure(sandbox.home, { match: "vault list", ...effect });
      await listVaults();
    },
    mended: listVaults,
  };
}

const exit = (message: string) => again({ kind: "exit", exitCode: 1, message });

/** Asks an `op` that is this line of shell. */
async function withScript<T>(
  line: string,
  ask: (op: OpCli) => Promise<T>,
  timeoutMs?: number,
): Promise<T> {
  const script = await createScriptedOp(line);
  try {
    return await ask(
      createOpCli({ env: script.env, ...(timeoutMs !== undefined && { timeoutMs }) }),
    );
  } finally {
    await script.remove();
  }
}

/** An old release of `op`, and the one it is updated to. */
function release(old: string, recent: string): Remedy {
  const look = (version: string) => () =>
    withScript(`echo ${version}`, (other) => wellOf("op-version", checkOp({ vaults: [] }, other)));
  return { refused: look(old), mended: look(recent) };
}

/** An `op` that knows two accounts, and takes the one that OP_ACCOUNT names. */
async function withAccounts(OP_ACCOUNT: string | undefined): Promise<void> {
  const script = await createScriptedOp(
    'url="$OP_ACCOUNT"; [ -n "$url" ] || url=other.1password.com',
    'case "$1" in',
    "--version) echo 2.39.0;;",
    `user) echo '{ "id": "ANN", "name": "Ann", "type": "MEMBER" }';;`,
    'whoami) echo "{ \\"account_uuid\\": \\"A\\", \\"url\\": \\"$url\\" }";;',
    "*) echo '[]';;",
    "esac",
  );
  const env = { ...script.env, ...(OP_ACCOUNT !== undefined && { OP_ACCOUNT }) };
  const environment = { account: "acme.1password.com", vaults: [] };
  try {
    await wellOf("op-account", checkOp(environment, createOpCli({ env })));
  } finally {
    await script.remove();
  }
}

/** Throws what a preflight says of one check where that has failed. */
async function wellOf(check: string, checking: Promise<readonly PreflightResult[]>) {
  const result = (await checking).find((each) => each.check === check);
  if (result?.status === "ok") return;
  if (result?.status !== "failed") throw new Error(`${check} is ${result?.status}.`);
  throw new Error(`${result.happened} ${result.remedy} [${result.code}]`);
}

export const opRemedies: Remedies = {
  OP_NOT_INSTALLED: {
    file: "test/e2e/runner-without-op.test.ts",
    test: [
      "is refused a new environment before anything has changed, and told what an admin runs",
      "previews and deploys without a change once an admin has minted, with no call of op",
    ],
  },
  OP_TOO_OLD: release("2.24.1", "2.25.0"),
  OP_NOT_SIGNED_IN: {
    async refused() {
      await signIn(sandbox.home, undefined);
      await listVaults();
    },
    async mended() {
      await signIn(sandbox.home, "owner@example.com");
      await listVaults();
    },
  },
  OP_WRONG_ACCOUNT: {
    says: "`export OP_ACCOUNT=",
    refused: () => withAccounts(undefined),
    mended: (error) => withAccounts(/OP_ACCOUNT=([^`]+)/.exec(error)?.[1]),
  },
  OP_CANNOT_MINT: {
    async refused() {
      await addPerson(sandbox.home, { name: "Mia", email: "mia@example.com" });
      await signIn(sandbox.home, "mia@example.com");
      await op.listServers();
    },
    async mended() {
      await signIn(sandbox.home, "owner@example.com");
      await op.listServers();
    },
  },
  OP_AMBIGUOUS_NAME: {
    async refused() {
      await op.createVault({ title: "twice" });
      await op.createVault({ title: "twice" });
      await ensureVault(wanted, { op });
    },
    async mended() {
      const found = (await listVaults()).find(({ name }) => name === "twice");
      await ensureVault({ ...wanted, id: found?.id }, { op });
    },
  },
  OP_NAME_TAKEN: {
    async refused() {
      await op.createVault({ title: "taken" });
      await ensureVault({ ...wanted, title: "taken" }, { op });
    },
    mended: () => ensureVault({ ...wanted, title: "taken", adopt: true }, { op }),
  },
  OP_NOT_FOUND: {
    refused: () => op.getVault(vault),
    mended: async () => op.getVault((await op.createVault({ title: "there" })).id),
  },
  OP_UNAVAILABLE: {
    refused: () => withScript("echo 'nobody has seen this' >&2; exit 1", (o) => o.listVaults()),
    mended: () => withScript("echo '[]'", (other) => other.listVaults()),
  },
  OP_RATE_LIMITED: again({ kind: "rate-limit" }),
  OP_NETWORK_BLOCKED: exit("dial tcp: lookup acme.1password.com: no such host"),
  OP_TIMED_OUT: {
    refused: () => withScript("exec sleep 600", (other) => other.listVaults(), 2_000),
    mended: () => withScript("echo '[]'", (other) => other.listVaults()),
  },
  OP_OUTPUT_UNEXPECTED: {
    refused: () => withScript("echo nonsense", (other) => other.listVaults()),
    mended: () => withScript("echo '[]'", (other) => other.listVaults()),
  },
  OP_FAILED: exit("Something else entirely"),
};
