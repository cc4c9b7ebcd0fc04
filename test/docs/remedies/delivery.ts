import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startGitHubSecrets } from "../../../packages/provision/fixtures/fakes/github-secrets.ts";
import { serveJson } from "../../../packages/provision/fixtures/fakes/http-server.ts";
import {
  findActionsSecret,
  writeActionsSecret,
} from "../../../packages/provision/src/delivery/actions-secret.ts";
import { openSource } from "../../../packages/provision/src/delivery/open-source.ts";
import type { Remedies } from "./remedy.ts";

const token = "fixture-connect-token";
const folder = await mkdtemp(join(tmpdir(), "delivery-"));
await writeFile(
  join(folder, "secrets.yaml"),
  "github:\n  token: ENC[AES256_GCM,data:eA==]\nsops: {}\n",
);
const github = await startGitHubSecrets({ "acme/infra": ["prod"] });
const id = "abcdefghijklmnopqrstuvwxyz";
const lists: Readonly<Record<string, object>> = {
  "/v1/vaults": [{ id, name: "app" }],
  [`/v1/vaults/${id}/items`]: [{ id, title: "github", version: 1 }],
};
const connect = await serveJson(({ url = "", headers }) => {
  const isKnown = headers.authorization === `Bearer ${token}`;
  if (!isKnown) return { status: 401, body: { status: 401, message: "Invalid bearer token" } };
  return { status: 200, body: lists[url] };
});

export async function stopDelivery(): Promise<void> {
  await github.close();
  await connect.close();
  await rm(folder, { recursive: true });
}

/** Puts a `sops` on PATH that answers as one that has the key, or that has none. */
async function installSops(script: string): Promise<void> {
  await writeFile(join(folder, "sops"), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, "sops"), 0o755);
}

const ofSops = (key: readonly string[] = ["github", "token"]) =>
  openSource(
    { sopsFile: join(folder, "secrets.yaml"), key },
    { PATH: `${folder}:/bin:/usr/bin`, FOLDER: folder },
  );

const ofConnect = (change: NodeJS.ProcessEnv = {}) =>
  openSource("op://app/github/password", {
    OP_CONNECT_HOST: connect.url,
    OP_CONNECT_TOKEN: token,
    ...change,
  }).version();

const secret = { repository: "acme/infra", environment: "prod", name: "TOKEN" };
const ofGitHub = () => ({ GITHUB_API_URL: github.url, GH_TOKEN: github.token });

export const deliveryRemedies: Remedies = {
  SECRET_FIELD_INVALID: {
    says: "Correct `key`",
    refused: () => ofSops(["github", "tokens"]).version(),
    mended: () => ofSops().version(),
  },
  SOPS_NOT_INSTALLED: {
    says: "Install it",
    async refused() {
      await rm(join(folder, "sops"), { force: true });
      await ofSops().read();
    },
    async mended() {
      await installSops("printf fixture");
      await ofSops().read();
    },
  },
  SOPS_FAILED: {
    says: "the key may be missing here",
    async refused() {
      // What the script needs of a key is a file, as sops with SOPS_AGE_KEY_FILE does.
      await installSops('[ -f "$FOLDER/key" ] || { echo "no key" >&2; exit 128; }; printf fixture');
      await ofSops().read();
    },
    async mended() {
      await writeFile(join(folder, "key"), "");
      await ofSops().read();
    },
  },
  CONNECT_UNREACHABLE: {
    says: "Check OP_CONNECT_HOST",
    refused: () => ofConnect({ OP_CONNECT_HOST: "http://127.0.0.1:9" }),
    mended: () => ofConnect(),
  },
  CONNECT_ACCESS_DENIED: {
    says: "Check OP_CONNECT_TOKEN",
    refused: () => ofConnect({ OP_CONNECT_TOKEN: "fixture-expired" }),
    mended: () => ofConnect(),
  },
  DELIVERY_TAKEN: {
    file: "packages/pulumi/src/provider/delivery/delivery.test.ts",
    test: "what was there before is refused, at preview and in an update",
  },
  GITHUB_ACCESS_DENIED: {
    says: "Set GH_TOKEN or GITHUB_TOKEN",
    refused: () => findActionsSecret(secret, { ...ofGitHub(), GH_TOKEN: "" }),
    mended: () => writeActionsSecret({ ...secret, value: "fixture" }, ofGitHub()),
  },
  GITHUB_FAILED: {
    says: "can be reached from here, then run again",
    refused: () =>
      findActionsSecret(secret, { ...ofGitHub(), GITHUB_API_URL: "http://127.0.0.1:9" }),
    mended: () => findActionsSecret(secret, ofGitHub()),
  },
};
