import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { runName } from "./abandoned-run.ts";
import { thisProcess } from "./running-process.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

const disk = vi.hoisted(() => ({ unremovable: "" }));
vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  const remove: typeof real.rm = async (path, options) => {
    if (path === disk.unremovable) throw Object.assign(new Error("EACCES"), { code: "EACCES" });
    await real.rm(path, options);
  };
  return { ...real, rm: remove };
});

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

describe("beside what others left", () => {
  const dead = "opconnect-000000000000-1-1-";
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "provision-test-"));
    vi.stubEnv("TMPDIR", folder);
    vi.stubEnv("XDG_RUNTIME_DIR", undefined);
    onTestFinished(async () => {
      vi.unstubAllEnvs();
      vi.restoreAllMocks();
      await rm(folder, { recursive: true, force: true });
    });
  });

  const leave = async (name: string, at: Date) => {
    const path = await mkdtemp(join(folder, name));
    await writeFile(join(path, "1password-credentials.json"), "fixture");
    await utimes(path, at, at);
    return path;
  };
  const longAgo = new Date("2001-01-01");
  /** A run of this boot that has ended. */
  const endedRun = () => `opconnect-${runName({ ...thisProcess(), started: "1" })}-`;

  test("what a run before the last start of this machine left is gone", async () => {
    await leave(dead, longAgo);
    await inTemporaryFolder(async () => {});
    expect(await readdir(folder)).toEqual([]);
  });

  test("what may be of a run in another container stays", async () => {
    const path = await leave(dead, new Date());
    await inTemporaryFolder(async () => {});
    expect(await readdir(path)).toHaveLength(1);
  });

  test("what another user left, or planted, is not touched and hinders nobody", async () => {
    const paths = [await leave(dead, longAgo), await leave(endedRun(), new Date())];
    await symlink(folder, join(folder, `${endedRun()}link`));
    const uid = process.getuid?.() ?? 0;
    vi.spyOn(process, "getuid").mockReturnValue(uid + 1);
    await inTemporaryFolder(async () => {});
    for (const path of paths) expect(await readdir(path)).toHaveLength(1);
    vi.mocked(process.getuid as () => number).mockRestore();
    await inTemporaryFolder(async () => {});
    expect(await readdir(folder)).toEqual([`${endedRun()}link`]);
  });

  test("what cannot be removed hinders nobody", async () => {
    const path = await leave(endedRun(), new Date());
    disk.unremovable = path;
    onTestFinished(() => {
      disk.unremovable = "";
    });
    expect(await inTemporaryFolder(async () => "done")).toBe("done");
  });

  test("the folder of the session comes first, if it is this user's", async () => {
    vi.stubEnv("XDG_RUNTIME_DIR", folder);
    vi.stubEnv("TMPDIR", "/nowhere");
    expect(await inTemporaryFolder(async (path) => dirname(path))).toBe(folder);
    vi.stubEnv("XDG_RUNTIME_DIR", "/nowhere");
    vi.stubEnv("TMPDIR", folder);
    expect(await inTemporaryFolder(async (path) => dirname(path))).toBe(folder);
  });
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
