import { ConnectError } from "@opconnect/core";
import { expect, test, vi } from "vitest";
import { deferredCrud } from "./crud.ts";

test("check and diff load nothing", async () => {
  const load = vi.fn();
  const crud = deferredCrud({ updates: ["a"] }, load);
  expect(await crud.check({}, { a: 1 })).toEqual({ inputs: { a: 1 } });
  expect(await crud.diff("id", { a: 1 }, { a: 2 })).toMatchObject({ changes: true });
  expect(load).not.toHaveBeenCalled();
});

test("what a kind does not delete stays, and is no error", async () => {
  const work = { create: async () => ({ id: "id" }) };
  await expect(deferredCrud({}, async () => ({ work })).delete("id", {})).resolves.toBeUndefined();
});

test("an error of delete carries its message and no stack, which the host would print", async () => {
  const failure = new ConnectError("OP_NOT_INSTALLED", "No op.", "Install it.");
  const work = {
    create: async () => ({ id: "id" }),
    delete: async () => {
      throw failure;
    },
  };
  const crud = deferredCrud({}, async () => ({ work }));
  await expect(crud.delete("id", {})).rejects.toThrow("No op. Install it. [OP_NOT_INSTALLED]");
  expect(failure.stack).toBe("");
});
