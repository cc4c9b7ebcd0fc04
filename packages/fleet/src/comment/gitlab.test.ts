import { afterEach, beforeEach, expect, test } from "vitest";
import { type StrictGitLab, startStrictGitLab } from "../../fixtures/strict-gitlab.ts";
import { mergeRequestNotes } from "./gitlab.ts";
import { commentMarker, putComment } from "./own-comment.ts";

let gitlab: StrictGitLab;
beforeEach(async () => {
  gitlab = await startStrictGitLab();
});
afterEach(() => gitlab.stop());

function put(text: string, change: { readonly token?: string } = {}) {
  const { token, host } = gitlab;
  return putComment(mergeRequestNotes({ token, host, project: "7", ...change }, 12), text, [5, 5]);
}

test("a note is made once, and then updated in place, behind a hundred others", async () => {
  const { notes } = gitlab;
  for (let id = 1; id <= 120; id += 1) {
    notes.push({ id, author: { username: "person" }, body: id === 7 ? commentMarker : "talk" });
  }
  expect(await put("first")).toBe("created");
  expect(await put("second")).toBe("updated");
  expect(notes.filter(({ author }) => author.username === "bot")).toEqual([
    { id: 121, author: { username: "bot" }, body: `${commentMarker}\nsecond` },
  ]);
});

test("of notes that are put at the same moment one is left", async () => {
  const { notes } = gitlab;
  await Promise.all(["one", "two", "three"].map((text) => put(text)));
  expect(notes).toHaveLength(1);
  const [made] = notes;
  notes.push({ id: 7, author: { username: "bot" }, body: `${commentMarker}\nby a run long ago` });
  expect(await put("four")).toBe("updated");
  expect(notes).toEqual([{ ...made, body: `${commentMarker}\nfour` }]);
});

test("a fault of the service is waited out, a refusal is told", async () => {
  gitlab.refusals.push(500);
  expect(await put("first")).toBe("created");
  gitlab.refusals.push(403);
  await expect(put("second")).rejects.toMatchObject({ code: "FLEET_COMMENT_DENIED" });
  const denied = await put("third", { token: "fixture-token-that-is-wrong" }).catch(String);
  expect(denied).toContain("FLEET_COMMENT_DENIED");
  expect(denied).not.toContain("fixture-token");
});
