import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { nextOneTimePassword } from "./one-time-password.ts";

const period = 30_000;
const start = 60_000_000 * period;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "otp-"));
  onTestFinished(() => rm(folder, { recursive: true }));
});

/** A source whose clock stands at a moment until a code was waited for. */
function sourceAt(moment: number, clock = { at: moment }) {
  const fetch = vi.fn(async () => `code ${Math.floor(clock.at / period)}`);
  const { signal } = new AbortController();
  return { folder, fetch, signal, now: () => clock.at };
}

const noted = async () =>
  JSON.parse(await readFile(join(folder, "one-time-password.json"), "utf8")).usedPeriod;

test("a code that came with the item is used once", async () => {
  const source = sourceAt(start + 5_000);
  const known = { code: "known", at: start + 4_000 };
  expect(await nextOneTimePassword({ ...source, known })).toBe("known");
  expect(await noted()).toBe(60_000_000);
  expect(source.fetch).not.toHaveBeenCalled();
});

test("one that is of the period before is fetched anew", async () => {
  const source = sourceAt(start + 1_000);
  const known = { code: "known", at: start - 1_000 };
  expect(await nextOneTimePassword({ ...source, known })).toBe("code 60000000");
});

test("after a used one the next is waited for", async () => {
  await nextOneTimePassword(sourceAt(start + 1_000));
  const clock = { at: start + period - 50 };
  const source = sourceAt(clock.at, clock);
  setTimeout(() => {
    clock.at = start + period + 200;
  }, 100);
  expect(await nextOneTimePassword(source)).toBe("code 60000001");
  expect(await noted()).toBe(60_000_001);
});

test("a code that may be of either of two periods is not used", async () => {
  const clock = { at: start + period - 1 };
  const source = sourceAt(clock.at, clock);
  source.fetch.mockImplementationOnce(async () => {
    clock.at += 2;
    return "of either";
  });
  expect(await nextOneTimePassword(source)).toBe("code 60000001");
});

test.each([
  ["garbage", "{"],
  ["of another form", '{"usedPeriod":"x"}'],
  ["from a clock that was set back", '{"usedPeriod":99999999999}'],
])("a note that is %s keeps nobody", async (_, text) => {
  await writeFile(join(folder, "one-time-password.json"), text);
  expect(await nextOneTimePassword(sourceAt(start))).toBe("code 60000000");
});
