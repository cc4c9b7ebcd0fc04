import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { inTemporaryFolder } from "./temporary-folder.ts";

const program = fileURLToPath(
  new URL("../../fixtures/processes/temporary-folder-process.ts", import.meta.url),
);

// Starting processes takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

test("the folder is only this user's, and gone afterwards", async () => {
  let used = "";
  const mode = await inTemporaryFolder(async (folder) => {
    used = folder;
    await writeFile(join(folder, "file"), "fixture");
    return (await stat(folder)).mode & 0o777;
  });
  expect(mode).toBe(0o700);
  await expect(stat(used)).rejects.toMatchObject({ code: "ENOENT" });
});

test("the folder is gone after an error", async () => {
  let used = "";
  const work = inTemporaryFolder(async (folder) => {
    used = folder;
    throw new Error("fixture");
  });
  await expect(work).rejects.toThrow("fixture");
  await expect(stat(used)).rejects.toMatchObject({ code: "ENOENT" });
});

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "the folder is gone after %s, and so is the process",
  async (signal) => {
    const folder = await mkdtemp(join(tmpdir(), "provision-test-"));
    try {
      const child = spawn(process.execPath, [program], {
        env: { PATH: process.env.PATH, TMPDIR: folder },
        stdio: ["ignore", "pipe", "inherit"],
      });
      await once(child.stdout, "data");
      expect(await readdir(folder)).toHaveLength(1);
      child.kill(signal);
      const [, endedBy] = await once(child, "exit");
      expect(endedBy).toBe(signal);
      expect(await readdir(folder)).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);
