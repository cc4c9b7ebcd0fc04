import { expect, test } from "vitest";
import { type ListPart, listParts } from "./list-parts.ts";

test("a list that the API server has forgotten on the way is got anew, in one", async () => {
  const asked: ListPart[] = [];
  const list = async (part: ListPart) => {
    asked.push(part);
    if (part._continue !== undefined) throw Object.assign(new Error("expired"), { code: 410 });
    return part.limit === undefined
      ? { items: ["a", "b", "c"] }
      : { items: ["a", "b"], metadata: { continue: "2" } };
  };
  expect(await listParts(list)).toEqual(["a", "b", "c"]);
  expect(asked).toEqual([{ limit: 500 }, { limit: 500, _continue: "2" }, {}]);
});

test("what else is refused is not asked for again", async () => {
  const refused = Object.assign(new Error("forbidden"), { code: 403 });
  await expect(listParts(() => Promise.reject(refused))).rejects.toBe(refused);
});

test("a list of metadata that has none is one of no entries", async () => {
  expect(await listParts(async () => ({ items: null, metadata: {} }))).toEqual([]);
});
