import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rotationTargets } from "../../../packages/cli/src/rotate/targets.ts";
import { exportStack } from "../../../packages/cli/src/stack/read.ts";
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
  clusterSecrets: [],
  deployments: [],
  items: [],
  leaving: [],
};
const rotate = (consumer: string) =>
  rotationTargets(environment, { stack: "main", token: consumer });

export const pulumiRemedies: Remedies = {
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
    refused: () => rotate("ci"),
    mended: () => rotate("operator"),
  },
  ROTATION_UNFINISHED: {
    file: "test/e2e/cli.test.ts",
    test: "a rotation that no one here can carry out is withdrawn",
  },
};
