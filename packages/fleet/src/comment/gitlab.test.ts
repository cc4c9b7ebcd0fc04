import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { mergeRequestNotes } from "./gitlab.ts";
import { commentMarker, putComment } from "./own-comment.ts";

const token = "fixture-token-of-the-job";
const base = "/api/v4/projects/7/merge_requests/12/notes";

/** Notes of a merge request, as GitLab keeps them: pages of at most 100, changed by authors only. */
const notes: { id: number; author: { username: string }; body: string }[] = [];
const refusals: number[] = [];
const server = createServer(async (request, response) => {
  const { method = "GET", headers } = request;
  const url = new URL(request.url ?? "/", "http://gitlab.invalid");
  const answer = (status: number, body: unknown) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
  if (headers["private-token"] !== token) return answer(401, { message: "401 Unauthorized" });
  if (method === "GET" && url.pathname === "/api/v4/user") return answer(200, { username: "bot" });
  const refusal = method === "GET" ? undefined : refusals.shift();
  if (refusal !== undefined) return answer(refusal, { message: "refused" });
  if (method === "GET" && url.pathname === base) {
    const [page, size] = ["page", "per_page"].map((name) => Number(url.searchParams.get(name)));
    const from = ((page ?? 1) - 1) * (size ?? 20);
    return answer(200, notes.slice(from, from + Math.min(100, size ?? 20)));
  }
  const place = notes.findIndex(({ id }) => url.pathname === `${base}/${id}`);
  if (method === "DELETE" && place >= 0) {
    notes.splice(place, 1);
    response.writeHead(204);
    return response.end();
  }
  if (method === "DELETE") return answer(404, { message: "404 Not found" });
  const { body } = z.object({ body: z.string() }).parse(await json(request));
  if (method === "POST" && url.pathname === base) {
    notes.push({ id: (notes.at(-1)?.id ?? 0) + 1, author: { username: "bot" }, body });
    return answer(201, notes.at(-1));
  }
  const note = notes[place];
  if (method !== "PUT" || note === undefined) return answer(404, { message: "404 Not found" });
  if (note.author.username !== "bot") return answer(403, { message: "403 Forbidden" });
  note.body = body;
  return answer(200, note);
});

beforeEach(async () => {
  notes.length = 0;
  refusals.length = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

function put(text: string, change: { readonly token?: string } = {}) {
  const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return putComment(mergeRequestNotes({ token, host, project: "7", ...change }, 12), text, [5, 5]);
}

test("a note is made once, and then updated in place, behind a hundred others", async () => {
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
  await Promise.all(["one", "two", "three"].map((text) => put(text)));
  expect(notes).toHaveLength(1);
  const [made] = notes;
  notes.push({ id: 7, author: { username: "bot" }, body: `${commentMarker}\nby a run long ago` });
  expect(await put("four")).toBe("updated");
  expect(notes).toEqual([{ ...made, body: `${commentMarker}\nfour` }]);
});

test("a fault of the service is waited out, a refusal is told", async () => {
  refusals.push(500);
  expect(await put("first")).toBe("created");
  refusals.push(403);
  await expect(put("second")).rejects.toMatchObject({ code: "FLEET_COMMENT_DENIED" });
  const denied = await put("third", { token: "fixture-token-that-is-wrong" }).catch(String);
  expect(denied).toContain("FLEET_COMMENT_DENIED");
  expect(denied).not.toContain("fixture-token");
});
