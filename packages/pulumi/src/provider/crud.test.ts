import { ConnectError } from "@opconnect/core";
import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { deferredCrud, takingDownHalf } from "./crud.ts";
import type { Properties } from "./property-diff.ts";

const create = async () => ({ id: "id" });

afterEach(() => vi.restoreAllMocks());

test("check and diff load nothing", async () => {
  const load = vi.fn();
  const crud = deferredCrud({ updates: ["a"] }, load);
  expect(await crud.check({}, { a: 1 })).toEqual({ inputs: { a: 1 } });
  expect(await crud.diff("id", { a: 1 }, { a: 2 })).toMatchObject({ changes: true });
  expect(load).not.toHaveBeenCalled();
});

test("what a kind does not delete stays, and is no error", async () => {
  const work = { create };
  await expect(deferredCrud({}, async () => ({ work })).delete("id", {})).resolves.toBeUndefined();
});

test("an update without work takes the new inputs down and keeps the outputs", async () => {
  const crud = deferredCrud({}, async () => ({ work: { create } }));
  const { outs } = await crud.update("id", { store: "a", tokenId: "t" }, { store: "b" });
  expect(outs).toEqual({ store: "b", tokenId: "t" });
});

test("an update that fails half way is taken down with the state that says so", async () => {
  const half = { id: "id", properties: { unfinished: [1] } };
  const failure = () => new ConnectError("OP_FAILED", "Cut off.", "Run again.");
  const begun = takingDownHalf(half, async (begins) => {
    begins();
    throw failure();
  });
  // As the host of dynamic providers wants it.
  await expect(begun).rejects.toMatchObject({ ...half, reasons: [failure().message] });
  const notBegun = takingDownHalf(half, async () => {
    throw failure();
  });
  await expect(notBegun).rejects.not.toHaveProperty("properties");
});

test("an error of delete carries its message and no stack, which the host would print", async () => {
  const failure = new ConnectError("OP_NOT_INSTALLED", "No op.", "Install it.");
  const work = {
    create,
    delete: async () => {
      throw failure;
    },
  };
  const crud = deferredCrud({}, async () => ({ work }));
  await expect(crud.delete("id", {})).rejects.toThrow("No op. Install it. [OP_NOT_INSTALLED]");
  expect(failure.stack).toBe("");
});

test("a refresh keeps what has no read, and drops what is gone", async () => {
  const state = { a: 1 };
  const kept = deferredCrud({}, async () => ({ work: { create } }));
  expect(await kept.read("id", state)).toEqual({ id: "id", props: state });
  const gone = deferredCrud({}, async () => ({ work: { create, read: async () => undefined } }));
  expect(await gone.read("id", state)).toEqual({ id: "" });
});

test("a refresh compares with what it read, not with what was found before the last update", async () => {
  const read = async () => ({ a: 1, found: "as made" });
  const roles = { updates: ["a", "found"] };
  const crud = deferredCrud(roles, async () => ({ work: { create, read } }), {
    findings: ["found"],
  });
  const inputs = { a: 1, found: "another, in whose place it was made" };
  const { props } = await crud.read("id", inputs);
  expect(await crud.diff("id", props, inputs)).toMatchObject({ changes: false });
  // Of an update that follows the refresh, what its own `check` has found counts again.
  expect(await crud.diff("id", props, inputs)).toMatchObject({ changes: true });
});

test("an update after a refresh that compared nothing takes what its own check has found", async () => {
  const read = async () => ({ a: 1 });
  const crud = deferredCrud({ updates: ["a", "found"] }, async () => ({ work: { create, read } }), {
    findings: ["found"],
  });
  await crud.read("id", { a: 1 });
  const { inputs } = await crud.check({ a: 1 }, { a: 1, found: "another" });
  expect(await crud.diff("id", { a: 1 }, inputs)).toMatchObject({ changes: true });
});

test("a refresh compares each resource of one id by itself, and wishes as ever", async () => {
  const read = async () => ({ a: 1 });
  const crud = deferredCrud({ updates: ["a", "found"] }, async () => ({ work: { create, read } }), {
    findings: ["found"],
  });
  await Promise.all([crud.read("id", {}), crud.read("id", {})]);
  const compared = async (news: object) => (await crud.diff("id", { a: 1 }, { ...news })).changes;
  expect(await compared({ a: 1, found: 1 })).toBe(false);
  expect(await compared({ a: 2 })).toBe(true);
  expect(await compared({ a: 1, found: 1 })).toBe(true);
});

test("refreshes of several stacks compare what they have of one id in any order", async () => {
  const stacks = [
    { a: 1, drift: false },
    { a: 2, drift: true },
    { a: 3, isDown: true },
    { a: 4, drift: false },
  ];
  // Of each stack the first is its read, the second its comparison.
  const order = fc.shuffledSubarray([0, 0, 1, 1, 2, 2, 3, 3], { minLength: 8 });
  await fc.assert(
    fc.asyncProperty(order, async (turns) => {
      const read = async (_: string, { a, isDown, drift }: Properties) => {
        if (isDown === true) throw new TypeError("a cluster that does not answer");
        return { a, drift, found: "now" };
      };
      const roles = { updates: ["a", "drift", "found"] };
      const crud = deferredCrud(roles, async () => ({ work: { create, read } }), {
        findings: ["found"],
      });
      const seen = new Set<number>();
      for (const turn of turns) {
        const { a, isDown, drift } = stacks[turn] ?? {};
        const inputs = { a, drift: false, found: "before the last update" };
        if (!seen.has(turn)) {
          seen.add(turn);
          const reading = crud.read("namespace/name", { a, isDown, drift });
          if (isDown) await expect(reading).rejects.toThrow("does not answer");
          else await reading;
        } else if (!isDown) {
          const { changes } = await crud.diff("namespace/name", { a, drift, found: "now" }, inputs);
          expect(changes, `of stack ${a}`).toBe(drift);
        }
      }
    }),
  );
});

test("a refresh leaves out what is undefined, which the host could not send", async () => {
  const read = async () => ({ a: 1, drift: undefined });
  const crud = deferredCrud({}, async () => ({ work: { create, read } }));
  expect(Object.keys((await crud.read("id", {})).props)).toEqual(["a"]);
});

test("a refresh keeps what it may not look at, and says so in one line", async () => {
  const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const read = async () => {
    throw new ConnectError("STORE_ACCESS_DENIED", "AWS refuses.", "Allow it.");
  };
  const crud = deferredCrud({}, async () => ({ work: { create, read } }));
  expect(await crud.read("one", { a: 1 })).toEqual({ id: "one", props: { a: 1 } });
  expect(await crud.read("two", { a: 2 })).toEqual({ id: "two", props: { a: 2 } });
  expect(said.mock.calls).toEqual([[expect.stringMatching(/^AWS refuses\..*kept.*\n$/)]]);
});

test("a resource that the state knows nothing of is refused, and told how to adopt it", async () => {
  const read = async () => {
    z.object({ serverId: z.string() }).parse({});
    return {};
  };
  const crud = deferredCrud({}, async () => ({ work: { create, read } }));
  await expect(crud.read("id", {})).rejects.toThrow(/by its id alone\..*adopted/);
});

test("what is no error of ours stops a refresh", async () => {
  const read = async () => {
    throw new TypeError("a bug");
  };
  const crud = deferredCrud({}, async () => ({ work: { create, read } }));
  await expect(crud.read("id", {})).rejects.toThrow("a bug");
});
