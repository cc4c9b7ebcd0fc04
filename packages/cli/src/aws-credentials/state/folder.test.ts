import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { parseSessionRequest } from "../session/request.ts";
import { openStateFolder, requestKey, stateFolder } from "./folder.ts";

const machine = vi.hoisted(() => ({ hasPasswdEntry: true, readOnly: "" }));
vi.mock("node:os", async (original) => {
  const real = await original<typeof import("node:os")>();
  const fromPasswd = <T>(work: () => T): T => {
    if (machine.hasPasswdEntry) return work();
    throw Object.assign(new Error("uv_os_get_passwd returned ENOENT"), {
      code: "ERR_SYSTEM_ERROR",
    });
  };
  return {
    ...real,
    homedir: () => fromPasswd(real.homedir),
    userInfo: () => fromPasswd(real.userInfo),
  };
});
vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  const access: typeof real.access = async (path, mode) => {
    if (path === machine.readOnly) throw Object.assign(new Error("EROFS"), { code: "EROFS" });
    await real.access(path, mode);
  };
  return { ...real, access };
});

test.each([
  ["linux", { HOME: "/home/me" }, "/home/me/.cache/opconnect/aws-credentials"],
  ["linux", { HOME: "/h", XDG_CACHE_HOME: "/cache" }, "/cache/opconnect/aws-credentials"],
  ["darwin", { HOME: "/Users/me" }, "/Users/me/Library/Caches/opconnect/aws-credentials"],
  ["win32", { LOCALAPPDATA: "/local" }, "/local/opconnect/aws-credentials"],
] as const)("on %s with %j it is %s", (platform, env, folder) => {
  expect(stateFolder(env, platform)).toBe(folder);
});

test("what is kept of AWS and of another STS goes by different names", () => {
  const key = (url?: string) =>
    requestKey(parseSessionRequest({ item: "x" }, { AWS_ENDPOINT_URL_STS: url }), "session_cache");
  const places = [undefined, "http://127.0.0.1:4566", "http://127.0.0.1:4567"];
  expect(new Set(places.map(key)).size).toBe(3);
  expect(key("https://sts.eu-central-1.amazonaws.com")).toBe(key());
});

test("a user without an entry in passwd and without HOME has one among the temporary files", async () => {
  machine.hasPasswdEntry = false;
  onTestFinished(() => {
    machine.hasPasswdEntry = true;
  });
  const folder = await openStateFolder({});
  expect(folder).toBe(stateFolder({}));
  expect(folder.startsWith(tmpdir())).toBe(true);
});

test("one that may only be read is replaced by one among the temporary files", async () => {
  const home = await mkdtemp(join(tmpdir(), "opconnect-home-"));
  onTestFinished(() => rm(home, { recursive: true }));
  machine.readOnly = stateFolder({ HOME: home });
  expect((await openStateFolder({ HOME: home })).startsWith(home)).toBe(false);
});
