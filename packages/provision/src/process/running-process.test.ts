import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";

vi.mock("node:fs", async (original) => {
  const real = await original<typeof import("node:fs")>();
  return { ...real, readFileSync: vi.fn(real.readFileSync) };
});
vi.mock("node:child_process", async (original) => ({
  ...(await original<typeof import("node:child_process")>()),
  execFileSync: vi.fn(),
}));
vi.mock("node:os", async (original) => ({
  ...(await original<typeof import("node:os")>()),
  hostname: () => "one-name-of-many",
}));

/** What is known of this machine is looked up once. */
const load = () => import("./running-process.ts");

beforeEach(() => {
  vi.resetModules();
  onTestFinished(() => void vi.restoreAllMocks());
});

/** Has the files of /proc be as a mount with `hidepid` shows them to other users. */
function hideProcesses(): void {
  vi.mocked(readFileSync).mockImplementation((path) => {
    if (path === "/proc/sys/kernel/random/boot_id") return "fixture-boot";
    throw Object.assign(new Error("ENOENT"), { code: "ENOENT" });
  });
}

function answerSignals(code: string): void {
  vi.spyOn(process, "kill").mockImplementation(() => {
    throw Object.assign(new Error(code), { code });
  });
}

test("a process of another user that /proc hides is alive, and ended when it is gone", async () => {
  hideProcesses();
  const { hasEnded, thisProcess } = await load();
  const other = { ...thisProcess(), pid: 4711, started: "1" };
  answerSignals("EPERM");
  expect(hasEnded(other)).toBe(false);
  answerSignals("ESRCH");
  expect(hasEnded(other)).toBe(true);
});

/** A process as it names itself on a machine that tells this of its start. */
async function onMachine(platform: NodeJS.Platform, told: string) {
  vi.resetModules();
  vi.spyOn(process, "platform", "get").mockReturnValue(platform);
  vi.mocked(readFileSync).mockReturnValue(told);
  vi.mocked(execFileSync).mockReturnValue(told);
  const { hasEnded, thisProcess } = await load();
  return { hasEnded, own: thisProcess() };
}

test.each([
  ["linux", "b7c1", "d04e"],
  ["darwin", "B7C1", "D04E"],
  ["win32", "    MachineGuid    REG_SZ    b7c1\r\n", "    MachineGuid    REG_SZ    d04e\r\n"],
] as const)("two machines with one host name are told apart on %s", async (platform, one, two) => {
  answerSignals("ESRCH");
  const first = await onMachine(platform, one);
  const { table } = (await onMachine(platform, one)).own;
  expect(table).toBe(first.own.table);
  const second = await onMachine(platform, two);
  expect(second.hasEnded({ ...first.own, pid: 4711 })).toBe(false);
  expect(second.hasEnded({ ...second.own, pid: 4711 })).toBe(true);
});

test("where a machine tells nothing of its start, no process is said to have ended", async () => {
  answerSignals("ESRCH");
  const { hasEnded, own } = await onMachine("darwin", "");
  expect(hasEnded({ ...own, pid: 4711 })).toBe(false);
});
