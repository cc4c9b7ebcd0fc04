import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { createMemoryOp } from "../../../packages/provision/fixtures/fakes/memory-op.ts";
import { createAgeFileStore } from "../../../packages/provision/src/store/age-file/store.ts";
import { ensureToken } from "../../../packages/provision/src/token/ensure.ts";
import type { Remedies } from "./remedy.ts";

/** Where the age files are that these remedies are tried on. */
export const ageFolder = await mkdtemp(join(tmpdir(), "opconnect-remedies-age-"));
const identities = { own: join(ageFolder, "own.txt"), other: join(ageFolder, "other.txt") };
const recipients = { own: await create(identities.own), other: await create(identities.other) };

async function create(file: string): Promise<string> {
  const identity = await generateX25519Identity();
  await writeFile(file, `${identity}\n`, { mode: 0o600 });
  return identityToRecipient(identity);
}

/** Who reads an age file, and whom it is encrypted for. */
export const ageKeys = { recipients: [recipients.own], identityFile: identities.own };

/** A folder of its own with one secret, which holds a Connect token. */
function folderOf(name: string) {
  const folder = join(ageFolder, name);
  const path = join(folder, "token.age");
  const memory = createMemoryOp();
  const open = (options: { identityFile?: string; recipients?: readonly string[] } = {}) =>
    createAgeFileStore({
      folder,
      ...ageKeys,
      ...options,
    });
  const request = {
    name: "acme-prod-operator",
    secretId: "age:token",
    serverId: "A".repeat(26),
    vaults: [],
    revision: 1,
    adminCommand: "pulumi up",
  };
  const ensure = async () => {
    const store = open();
    await store.ensureSecret({ name: "token" });
    return ensureToken(request, { op: memory, store });
  };
  return { folder, path, memory, open, ensure };
}

type Folder = ReturnType<typeof folderOf>;

let files: readonly [token: Buffer, description: Buffer] | undefined;

/** Changes a file past opconnect, and asks for what it holds. */
async function changePast({ path, ensure }: Folder, changed: string, text: string): Promise<void> {
  await ensure();
  files = [await readFile(path), await readFile(`${path}.json`)];
  await appendFile(changed, text);
  await ensure();
}

async function putBack({ path, ensure }: Folder): Promise<void> {
  const [token = "", description = ""] = files ?? [];
  await writeFile(path, token);
  await writeFile(`${path}.json`, description);
  await ensure();
}

const [unread, named, shared] = [folderOf("unread"), folderOf("named"), folderOf("shared")];
const [restored, own, lost] = [folderOf("restored"), folderOf("own"), folderOf("lost")];
const unmerged = folderOf("unmerged");
const absent = folderOf("absent");
const readBy = ({ open }: Folder, identityFile: string) => open({ identityFile }).read("age:token");

async function refuseOther(folder: Folder): Promise<void> {
  await folder.ensure();
  await readBy(folder, identities.other);
}

export const ageRemedies: Remedies = {
  STORE_ACCESS_DENIED: [
    {
      says: "Name the right one in the store's `identityFile`",
      refused: () => refuseOther(unread),
      mended: () => readBy(unread, identities.own),
    },
    {
      says: "or in OPCONNECT_AGE_IDENTITY_FILE",
      refused: () => refuseOther(named),
      async mended() {
        process.env.OPCONNECT_AGE_IDENTITY_FILE = identities.own;
        try {
          await createAgeFileStore({ folder: named.folder, recipients: [recipients.own] }).read(
            "age:token",
          );
        } finally {
          delete process.env.OPCONNECT_AGE_IDENTITY_FILE;
        }
      },
    },
    {
      says: "let somebody who can read the secrets add your recipient",
      refused: () => refuseOther(shared),
      async mended() {
        await shared
          .open({ recipients: [recipients.own, recipients.other] })
          .ensureSecret({ name: "token" });
        await readBy(shared, identities.other);
      },
    },
  ],
  STORE_TAMPERED: [
    {
      says: "Put both files back as they were",
      refused: () => changePast(restored, restored.path, "x"),
      mended: () => putBack(restored),
    },
    {
      says: "it is taken over like a file made by hand",
      async refused() {
        await own.ensure();
        const digest = /"sha256": "[0-9a-f]+"/;
        const text = await readFile(`${own.path}.json`, "utf8");
        await writeFile(`${own.path}.json`, text.replace(digest, `"sha256": "${"0".repeat(64)}"`));
        await own.ensure();
      },
      async mended(error) {
        await rm(/delete (\S+\.json):/.exec(error)?.[1] ?? "");
        await own.ensure();
      },
    },
    {
      says: "delete both, and a new secret is made",
      refused: () => changePast(lost, lost.path, "x"),
      async mended() {
        await rm(lost.path);
        await rm(`${lost.path}.json`);
        await lost.ensure();
      },
    },
  ],
  STORE_CONTENT_INVALID: {
    says: "take the side of whoever ran `pulumi up` last, and the same side of the age file beside it",
    refused: () => changePast(unmerged, `${unmerged.path}.json`, "<<<<<<< HEAD\n"),
    mended: () => putBack(unmerged),
  },
  STORE_NOT_FOUND: {
    says: "the first `pulumi up` of one makes it",
    refused: () => absent.open().listSecrets(),
    async mended() {
      await absent.ensure();
      await absent.open().listSecrets();
    },
  },
};
