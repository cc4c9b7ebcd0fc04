import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type ConnectErrorCode,
  chartFacts,
  checkToken,
  checkVaultIds,
  createConvention,
  decodeConnectToken,
  doubleHyphenTemplates,
  latestChartVersion,
  parseCredentialsFile,
  parseDurationSeconds,
  parseItemPath,
  parseShareLink,
} from "@opconnect/core";
import { errorGuide } from "@opconnect/core/error-guide";
import { addPerson, type FailureEffect, injectFailure, signIn } from "@opconnect/sandbox";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { readProject } from "../../packages/fleet/src/stacks/project.ts";
import { selectStacks } from "../../packages/fleet/src/stacks/select.ts";
import { parseShard } from "../../packages/fleet/src/stacks/shard.ts";
import { createStack } from "../../packages/fleet/src/stacks/stack.ts";
import { fixtureToken } from "../../packages/provision/fixtures/data/connect-token.ts";
import { fixtureCredentialsFile } from "../../packages/provision/fixtures/data/credentials-file.ts";
import {
  createSandboxOp,
  type SandboxOp,
} from "../../packages/provision/fixtures/fakes/sandbox-op.ts";
import { loadClusterConfig } from "../../packages/provision/src/cluster/config.ts";
import { createOpCli, type OpCli } from "../../packages/provision/src/op/op-cli.ts";
import { parseStoreConfig } from "../../packages/provision/src/store/open-store.ts";
import { ensureVault } from "../../packages/provision/src/vault/ensure.ts";
import { environmentSchema } from "../../packages/pulumi/src/environment/args.ts";
import { checkItem } from "../../packages/pulumi/src/environment/item.ts";
import { checkLinks } from "../../packages/pulumi/src/environment/links.ts";
import { checkArgs } from "../../packages/pulumi/src/input/check-args.ts";

// Each call of `op` is a process, which takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** How it is known that the remedy of a code is one. */
type Remedy =
  /** It is carried out here: what was refused with the code is done afterwards. */
  | { readonly refused: () => unknown; readonly mended: () => unknown }
  /** The test that carries it out, by its file and its name. */
  | { readonly file: string; readonly test: string }
  /** Why nobody but a person can. */
  | { readonly byHand: string };

let sandbox: SandboxOp;
let op: OpCli;
beforeAll(async () => {
  sandbox = await createSandboxOp();
  op = createOpCli({ env: sandbox.env });
});
afterAll(() => sandbox.remove());

const vault = "a".repeat(26);
const privateLink = `https://start.1password.com/open/i?a=${vault}&v=${vault}&i=${vault}&h=acme.1password.com`;
const stacks = [createStack("acme-prod"), createStack("globex-dev")];
const linked = { db: { namespace: "app", link: privateLink } };
const item = { namespace: "app", vault: "app", item: "postgres" };
const token = fixtureToken({ id: vault, serverId: vault, vaults: [] });
const credentials = fixtureCredentialsFile("fixture");
const declared = { consumer: "ci", vaults: ["app"], serverVaults: ["app"] };
const environment = { client: "acme", environment: "prod" };
const names = (change: Partial<typeof environment>, templates = {}) =>
  createConvention(templates).names({ ...environment, ...change });
const kubeconfig = JSON.stringify({
  clusters: [{ name: "fixture", cluster: { server: "https://127.0.0.1:9" } }],
  users: [{ name: "fixture", user: { token: "fixture" } }],
  contexts: [{ name: "fixture", context: { cluster: "fixture", user: "fixture" } }],
  "current-context": "fixture",
});
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

const remedies: Readonly<Record<ConnectErrorCode, Remedy>> = {
  ARGUMENT_INVALID: {
    refused: () => parseStoreConfig({ kind: "age-files", folder: "secrets" }),
    mended: () => parseStoreConfig({ kind: "secrets-manager" }),
  },
  CONVENTION_PLACEHOLDER: {
    refused: () => names({}, { server: "{client}-{stage}" }),
    mended: () => names({}, { server: "{client}-{environment}" }),
  },
  CONVENTION_VALUE: {
    refused: () => names({ client: "Acme Corp" }),
    mended: () => names({ client: "acme-corp" }),
  },
  CONVENTION_NAME: {
    refused: () => names({ client: "a".repeat(60) }),
    mended: () => names({ client: "a".repeat(6) }),
  },
  CONVENTION_AMBIGUOUS: {
    refused: () => names({ environment: "eu-prod" }),
    mended: () => names({ environment: "eu-prod" }, doubleHyphenTemplates),
  },
  CONVENTION_COLLISION: {
    refused: () =>
      names({}, { token: "{client}-{environment}" }).assertDistinct("token", ["ci", "operator"]),
    mended: () => names({}).assertDistinct("token", ["ci", "operator"]),
  },
  CHART_VERSION_INVALID: {
    refused: () => chartFacts("2.4"),
    mended: () => chartFacts(latestChartVersion),
  },
  CHART_VERSION_UNSUPPORTED: {
    refused: () => chartFacts("9.9.9"),
    mended: () => chartFacts(latestChartVersion),
  },
  CREDENTIALS_FILE_INVALID: {
    refused: () => parseCredentialsFile(btoa(credentials)),
    mended: () => parseCredentialsFile(credentials),
  },
  TOKEN_MALFORMED: {
    refused: () => decodeConnectToken(token.slice(0, -20)),
    mended: () => decodeConnectToken(token),
  },
  TOKEN_MISMATCH: {
    file: "packages/provision/src/token/ensure.test.ts",
    test: "a token %s that somebody else stored is refused, and nothing is changed",
  },
  TOKEN_EXPIRY_INVALID: {
    refused: () => parseDurationSeconds("90 days"),
    mended: () => parseDurationSeconds("90d"),
  },
  TOKEN_ROTATION_INVALID: {
    refused: () => checkToken({ ...declared, expiresIn: "60d", rotateAfter: "90d" }),
    mended: () => checkToken({ ...declared, expiresIn: "90d", rotateAfter: "60d" }),
  },
  TOKEN_SCOPE_INVALID: {
    refused: () => checkToken({ ...declared, vaults: ["data"] }),
    mended: () => checkToken({ ...declared, vaults: ["data"], serverVaults: ["app", "data"] }),
  },
  ITEM_PATH_INVALID: {
    refused: () => parseItemPath("vaults/app/item/postgres"),
    mended: () => parseItemPath("vaults/app/items/postgres"),
  },
  SHARE_LINK_INVALID: {
    refused: () => parseShareLink("https://share.1password.com/s#fixture"),
    mended: () => parseShareLink(privateLink),
  },
  SHARE_LINK_FOREIGN: {
    refused: () => checkLinks(linked, ["b".repeat(26)], ["app"]),
    mended: () => checkLinks(linked, ["b".repeat(26), vault], ["app", "shared"]),
  },
  VAULT_KEY_DUPLICATE: {
    refused: () => checkArgs(environmentSchema, { ...environment, vaults: ["app", "app"] }),
    mended: () => checkArgs(environmentSchema, { ...environment, vaults: ["app", "data"] }),
  },
  VAULT_KEY_UNKNOWN: {
    refused: () => checkItem("db", item, ["data"], ["data"]),
    mended: () => checkItem("db", item, ["data", "app"], ["data", "app"]),
  },
  VAULT_ID_INVALID: {
    refused: () => checkVaultIds([{ key: "app", id: "app", access: "read" }]),
    mended: () => checkVaultIds([{ key: "app", id: vault, access: "read" }]),
  },
  OP_NOT_INSTALLED: {
    file: "test/e2e/runner-without-op.test.ts",
    test: "previews and deploys without a change once an admin has minted, with no call of op",
  },
  OP_TOO_OLD: { byHand: "another release of op has to be installed" },
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
    file: "packages/provision/src/preflight/run.test.ts",
    test: "signed in to acme.1password.com, %j is %s",
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
  OP_VAULT_ACCESS: {
    file: "packages/provision/src/vault/ensure.sandbox.test.ts",
    test: "401 Auth Error becomes the vault, the permission and a command that helps",
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
    file: "packages/provision/src/vault/ensure.test.ts",
    test: "a vault without a mark is taken over where that is asked for, and gets the mark",
  },
  OP_NOT_FOUND: {
    refused: () => op.getVault(vault),
    mended: async () => op.getVault((await op.createVault({ title: "there" })).id),
  },
  OP_RATE_LIMITED: again({ kind: "rate-limit" }),
  OP_NETWORK_BLOCKED: exit("dial tcp: lookup acme.1password.com: no such host"),
  OP_TIMED_OUT: {
    async refused() {
      await injectFailure(sandbox.home, { match: "vault list", kind: "hang" });
      await createOpCli({ env: sandbox.env, timeoutMs: 2_000 }).listVaults();
    },
    mended: listVaults,
  },
  OP_OUTPUT_UNEXPECTED: { byHand: "another release of op has to be installed" },
  OP_FAILED: exit("Something else entirely"),
  STORE_ACCESS_DENIED: {
    file: "test/e2e/bad-input.test.ts",
    test: "that lets all pass takes the environment, with the vaults of the refused attempts",
  },
  STORE_NOT_FOUND: {
    file: "test/e2e/undo.test.ts",
    test: "a token whose secret is gone for good shows in a preview, and up mints another",
  },
  STORE_UNREACHABLE: { byHand: "network, endpoint and AWS credentials are the user's own" },
  STORE_RATE_LIMITED: { byHand: "AWS takes calls again by itself after a while" },
  STORE_FULL: { byHand: "what may go, or that AWS raises the limit, only the user can see to" },
  STORE_CONTENT_INVALID: {
    file: "packages/provision/src/store/secrets-manager/secret.test.ts",
    test: "once taken off as told hinders nobody after %i leases",
  },
  STORE_TAMPERED: {
    file: "test/e2e/bad-minting-input.test.ts",
    test: "an age file that was tampered with is refused, and put back all is well",
  },
  STORE_RESPONSE_INVALID: { byHand: "what stands between here and AWS only the user knows" },
  STORE_BUSY: {
    file: "packages/provision/src/lease/with-lease.test.ts",
    test: "the lease of a process that died here is taken over at once",
  },
  STORE_FAILED: { byHand: "what to do AWS, or the disk, says in the error" },
  CLUSTER_CONFIG_INVALID: {
    refused: () => loadClusterConfig({ kubeconfig: "{}" }),
    mended: () => loadClusterConfig({ kubeconfig }),
  },
  CLUSTER_UNREACHABLE: { byHand: "the cluster, and the way to it, are the user's own" },
  CLUSTER_ACCESS_DENIED: { byHand: "an admin of the cluster has to grant the permission" },
  CLUSTER_MISMATCH: { byHand: "which of the two clusters is meant only the user knows" },
  CLUSTER_SECRET_FOREIGN: {
    file: "test/e2e/items.test.ts",
    test: "the last item of a namespace goes with the namespace, and a Secret is taken over on purpose",
  },
  CLUSTER_STATE_LOST: {
    file: "test/e2e/cluster-drift.test.ts",
    test: "a state that was lost is said at preview, and taken over where that is asked for",
  },
  CLUSTER_OBJECT_FOREIGN: {
    file: "test/e2e/cluster-drift.test.ts",
    test: "is used as it is, and kept",
  },
  CLUSTER_NAMESPACE_MISSING: {
    file: "test/e2e/items.test.ts",
    test: "a namespace deleted by hand comes free with the next up, which says what is missing",
  },
  CLUSTER_SYNC_TIMED_OUT: { byHand: "what to mend the operator's log says" },
  CREDENTIALS_IN_USE: {
    file: "test/e2e/undo.test.ts",
    test: "what the cluster still uses is not revoked by an update of a part, and up ends it",
  },
  CLUSTER_FAILED: { byHand: "what to do the cluster says in the error" },
  AWS_ITEM_INVALID: {
    file: "packages/cli/src/aws-credentials/commands/failures.process.test.ts",
    test: "a second field of one label is named with the way out",
  },
  AWS_OTP_REFUSED: { byHand: "the device and the clock are the user's own" },
  AWS_STS_DENIED: { byHand: "an admin of the AWS account has to grant it" },
  AWS_STS_THROTTLED: {
    file: "packages/cli/src/aws-credentials/commands/failures.process.test.ts",
    test: "throttling that passes goes unnoticed",
  },
  AWS_STS_UNREACHABLE: { byHand: "network and endpoint are the user's own" },
  AWS_CACHE_FAILED: {
    file: "packages/cli/src/aws-credentials/commands/failures.process.test.ts",
    test: "without a Secret Service the keychain is refused with the way out",
  },
  AWS_PROFILE_INVALID: { byHand: "what the lines shall say only the user knows" },
  AWS_TIMED_OUT: {
    file: "packages/cli/src/aws-credentials/commands/failures.process.test.ts",
    test: "an op that never answers is ended at the time limit",
  },
  PULUMI_FAILED: { byHand: "what to do Pulumi says in the error" },
  PULUMI_STACK_LOCKED: {
    file: "test/e2e/doctor.test.ts",
    test: "a lock is released only where its process was of this machine, and has ended",
  },
  PULUMI_STATE_DAMAGED: {
    file: "test/e2e/doctor.test.ts",
    test: "a state that is cut off is replaced only when that is asked for",
  },
  PULUMI_STACK_UNSUITED: { byHand: "which stack is meant only the user knows" },
  ROTATION_UNFINISHED: {
    file: "test/e2e/cli.test.ts",
    test: "a rotation that no one here can carry out is withdrawn",
  },
  FLEET_PREVIEW_FAILED: { byHand: "what went wrong is in the engine's own text" },
  FLEET_PREVIEW_INCOMPLETE: { byHand: "only a person can look at it" },
  FLEET_REPORT_INVALID: {
    file: "packages/fleet/src/report/report-file.test.ts",
    test: "a report is read as it was written",
  },
  FLEET_REPORT_VERSION: {
    file: "packages/fleet/src/report/report-file.test.ts",
    test: "a report is read as it was written",
  },
  FLEET_REPORT_MISMATCH: {
    file: "packages/fleet/src/report/merge.test.ts",
    test: "shards of one run make one report, whatever the order, and twice the same is once",
  },
  FLEET_COMMENT_DENIED: { byHand: "only a person may give a job its rights" },
  FLEET_COMMENT_FAILED: {
    file: "packages/fleet/src/comment/github.test.ts",
    test: "a comment of which no answer came is found, not made twice",
  },
  FLEET_BUSY: {
    file: "packages/fleet/src/apply/journal.test.ts",
    test: "two runs at once do not share one",
  },
  PULUMI_PASSPHRASE_MISSING: { byHand: "only its owner knows a passphrase" },
  PULUMI_BACKEND_UNREACHABLE: { byHand: "the backend is the user's own, and so is the network" },
  PROJECT_INVALID: {
    refused: () => readProject("/"),
    mended: () => readProject(import.meta.dirname),
  },
  STACK_NOT_FOUND: {
    refused: () => selectStacks(stacks, { names: ["acme-prd"] }),
    mended: () => selectStacks(stacks, { names: ["acme-prod"] }),
  },
  STACK_NONE_MATCHED: {
    refused: () => selectStacks(stacks, { clients: ["acme"], environments: ["dev"] }),
    mended: () => selectStacks(stacks, { clients: ["acme"] }),
  },
  SHARD_INVALID: { refused: () => parseShard("6/5"), mended: () => parseShard("2/5") },
  PROGRAM_INVALID: { byHand: "what a program should say only its author knows" },
  PROGRAM_FAILED: { byHand: "what a program should do only its author knows" },
  MINTING_UNDECIDED: { byHand: "it takes a person who reaches the cluster" },
  PROGRAM_NOT_INSTALLED: { byHand: "it is the user's package manager that installs" },
  PREVIEW_TIMED_OUT: { byHand: "how long a preview may take only the user knows" },
  PREVIEW_ENDED: { byHand: "what ended the process the machine knows, and its owner" },
  FLEET_REVIEW_STALE: { byHand: "the review is a person's" },
};

const wanted = { title: "twice", mark: "opconnect:acme/prod/app", adminCommand: "pulumi up" };

test.each(errorGuide.flatMap(({ remedies: texts }) => Object.keys(texts)))(
  "the remedy of %s is one",
  async (code) => {
    const remedy: Remedy | undefined = new Map(Object.entries(remedies)).get(code);
    if (remedy === undefined) throw new Error(`Add a row for ${code}.`);
    if ("file" in remedy) {
      const text = await readFile(join(import.meta.dirname, "../..", remedy.file), "utf8");
      expect(text).toContain(`"${remedy.test}"`);
    }
    if ("refused" in remedy) {
      await expect((async () => remedy.refused())()).rejects.toThrow(`[${code}]`);
      await remedy.mended();
    }
  },
);
