import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { rotationTargets } from "../../../packages/cli/src/rotate/targets.ts";
import { exportStack } from "../../../packages/cli/src/stack/read.ts";
import { runPulumi } from "../../../packages/fleet/src/stacks/run-pulumi.ts";
import type { Remedies } from "./remedy.ts";

/** Exports a stack where PATH is a folder that holds no `pulumi`, or one. */
async function exportWith(script: string | undefined): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "remedies-"));
  const { PATH } = process.env;
  process.env.PATH = folder;
  try {
    if (script !== undefined) {
      await writeFile(join(folder, "pulumi"), script);
      await chmod(join(folder, "pulumi"), 0o755);
    }
    await exportStack({ folder, stack: "main" });
  } finally {
    process.env.PATH = PATH;
    await rm(folder, { recursive: true });
  }
}

const token = {
  urn: "operator",
  kind: "token",
  name: "acme-prod-operator",
  consumer: "operator",
  id: "o",
  tokenId: "o",
  serverId: "S",
  secretId: "secret",
  store: { kind: "secrets-manager" },
  versionId: "one",
  vaults: [],
} as const;
const environment = {
  servers: [],
  tokens: [token],
  vaults: [],
  accountTokens: [],
  clusterSecrets: [],
  deployments: [],
  certificates: [],
  networkPolicies: [],
  accessPolicies: [],
  clusterRoles: false,
  items: [],
  leaving: [],
};
/** Chooses what is rotated of an environment that has a token for the operator. */
export const rotate = (choice: { readonly server?: boolean; readonly token?: string }) =>
  rotationTargets(environment, { stack: "main", ...choice });

/** A `pulumi` that is logged in to nothing, and has no passphrase, until that is mended. */
export const pulumiFolder = await mkdtemp(join(tmpdir(), "remedies-pulumi-"));
const [reached, loggedIn] = [join(pulumiFolder, "reached"), join(pulumiFolder, "logged-in")];
const fail = (text: string) => `{ echo "error: ${text}" >&2; exit 255; }`;
await writeFile(
  join(pulumiFolder, "pulumi"),
  `#!/bin/sh
case "$*" in
login*) touch ${loggedIn};;
config*)
  read -r given < "$PULUMI_CONFIG_PASSPHRASE_FILE" || given="$PULUMI_CONFIG_PASSPHRASE"
  [ "$given" = fixture ] || ${fail("passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables")}
  echo "{}"; exit;;
esac
[ -e ${reached} ] || ${fail("could not list stacks: dial tcp 127.0.0.1:9: connect: connection refused")}
[ -e ${loggedIn} ] || [ -n "$PULUMI_ACCESS_TOKEN$PULUMI_BACKEND_URL" ] || ${fail("PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions")}
echo "[]"
`,
);
await chmod(join(pulumiFolder, "pulumi"), 0o755);

/** Asks it something, with these variables. */
async function ask(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  vi.stubEnv("PATH", `${pulumiFolder}:${process.env.PATH}`);
  for (const name of ["CONFIG_PASSPHRASE", "CONFIG_PASSPHRASE_FILE", "ACCESS_TOKEN", "BACKEND_URL"])
    vi.stubEnv(`PULUMI_${name}`, env[`PULUMI_${name}`]);
  try {
    await runPulumi(pulumiFolder, words);
  } finally {
    vi.unstubAllEnvs();
  }
}
const askStacks = (env?: Readonly<Record<string, string>>) => ask(["stack", "ls", "--json"], env);
const askSecrets = (env?: Readonly<Record<string, string>>) => ask(["config", "--json"], env);
const passphraseFile = join(pulumiFolder, "passphrase");

export const pulumiRemedies: Remedies = {
  PULUMI_BACKEND_UNREACHABLE: [
    {
      says: "Look whether it can be reached from here: `pulumi whoami --verbose`",
      refused: () => askStacks({ PULUMI_ACCESS_TOKEN: "fixture" }),
      async mended() {
        const whoami = () => ask(["whoami", "--verbose"], { PULUMI_ACCESS_TOKEN: "fixture" });
        await expect(whoami()).rejects.toThrow();
        await writeFile(reached, "");
        await whoami();
        await askStacks({ PULUMI_ACCESS_TOKEN: "fixture" });
      },
    },
    {
      says: "or set `PULUMI_ACCESS_TOKEN`",
      refused: () => askStacks(),
      mended: () => askStacks({ PULUMI_ACCESS_TOKEN: "fixture" }),
    },
    {
      says: "or `PULUMI_BACKEND_URL`",
      refused: () => askStacks(),
      mended: () => askStacks({ PULUMI_BACKEND_URL: "file:///fixture" }),
    },
    {
      says: "Run `pulumi login`",
      refused: () => askStacks(),
      async mended() {
        await ask(["login"]);
        await askStacks();
      },
    },
  ],
  PULUMI_PASSPHRASE_MISSING: [
    {
      says: "Set `PULUMI_CONFIG_PASSPHRASE`",
      refused: () => askSecrets(),
      mended: () => askSecrets({ PULUMI_CONFIG_PASSPHRASE: "fixture" }),
    },
    {
      says: "or `PULUMI_CONFIG_PASSPHRASE_FILE`, to the stack's own passphrase",
      refused: () => askSecrets(),
      async mended() {
        await writeFile(passphraseFile, "fixture\n");
        await askSecrets({ PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile });
      },
    },
  ],
  PULUMI_FAILED: {
    refused: () => exportWith(undefined),
    mended: () => exportWith("#!/bin/sh\necho '{}'\n"),
  },
  PULUMI_STACK_LOCKED: {
    file: "test/e2e/doctor.test.ts",
    test: "a lock is never broken, not even of a process that is missing here; cancel releases it",
  },
  PULUMI_STATE_DAMAGED: {
    file: "test/e2e/doctor.test.ts",
    test: "a state that is cut off is replaced only when that is asked for",
  },
  PULUMI_STACK_UNSUITED: {
    refused: () => rotate({ token: "ci" }),
    mended: () => rotate({ token: "operator" }),
  },
  ROTATION_UNFINISHED: {
    file: "test/e2e/cli.test.ts",
    test: "a rotation that no one here can carry out is withdrawn",
  },
};
