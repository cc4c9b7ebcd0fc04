import type { ItemSync } from "@opconnect/provision";
import { afterEach, expect, test, vi } from "vitest";
import { waitForSync } from "./operator-sync.ts";

afterEach(() => vi.restoreAllMocks());

const old = { "opconnect/credentials": "old" };
const fresh = { "opconnect/credentials": "new" };

/** Waits for items that look like this, one after the other with each look. */
function wait(looks: Record<string, readonly (ItemSync | undefined)[]>, limitMs = 60_000) {
  const count = new Map<string, number>();
  const look = ({ name }: { name: string }) => {
    const seen = count.get(name) ?? 0;
    count.set(name, seen + 1);
    return looks[name]?.[Math.min(seen, (looks[name]?.length ?? 1) - 1)];
  };
  const items = Object.keys(looks).map((name) => ({ namespace: "app", name }));
  const patience = { limitMs, pollMs: 2, askMs: 1 };
  return waitForSync(
    { credentials: "new", items },
    { readItemSyncs: async (asked) => asked.map(look), askAgain: async () => {} },
    patience,
  );
}

test("it ends once every Secret carries the label of the new credentials", async () => {
  await wait({
    one: [
      { problem: "", secretLabels: old },
      { problem: "", secretLabels: fresh },
    ],
    two: [{ problem: "", secretLabels: fresh }],
  });
});

test("it looks again only at what lags, and asks once for all that does", async () => {
  const places = ["app", "web"].flatMap((namespace) =>
    ["one", "two"].map((name) => ({ namespace, name })),
  );
  const asked: string[] = [];
  const readItemSyncs = async (left: readonly { namespace: string; name: string }[]) => {
    asked.push(left.map(({ namespace, name }) => `${namespace}/${name}`).join(" "));
    return left.map(({ namespace, name }) => {
      const lags = namespace === "web" && asked.length < (name === "one" ? 3 : 2);
      return { problem: "", secretLabels: lags ? old : fresh };
    });
  };
  await waitForSync(
    { credentials: "new", items: places },
    { readItemSyncs, askAgain: async () => {} },
    { pollMs: 1 },
  );
  expect(asked).toEqual(["app/one app/two web/one web/two", "web/one web/two", "web/one"]);
});

test("it waits for no item that never had a Secret, or is gone itself", async () => {
  await wait({ none: [{ problem: "status 401: no" }], gone: [undefined] });
});

test("an operator that failed is asked to try again until it succeeds, of no other item", async () => {
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const refused = { problem: "status 401: Invalid bearer token", secretLabels: old };
  const looks: ItemSync[] = [refused];
  const asked: string[] = [];
  const askAgain = async ({ name }: { readonly name: string }) => {
    asked.push(name);
    looks.push(asked.length < 3 ? refused : { problem: "", secretLabels: fresh });
  };
  const look = ({ name }: { readonly name: string }): ItemSync => {
    if (name === "db") return looks.at(-1) ?? refused;
    return name === "quiet" && asked.length < 3
      ? { problem: "", secretLabels: old }
      : { problem: "", secretLabels: fresh };
  };
  const items = ["db", "quiet", "ok"].map((name) => ({ namespace: "app", name }));
  const patience = { limitMs: 60_000, pollMs: 1, askMs: 1 };
  const readItemSyncs = async (left: readonly { readonly name: string }[]) => left.map(look);
  await waitForSync({ credentials: "new", items }, { readItemSyncs, askAgain }, patience);
  expect(asked).toEqual(["db", "db", "db"]);
});

test("it gives up on a Secret that stays behind, and tells what the operator says", async () => {
  const problem = "failed to retrieve item: status 401: invalid bearer token";
  const stuck = wait({ db: [{ problem, secretLabels: old }] }, 100);
  await expect(stuck).rejects.toThrow(/app\/db \(.*status 401.*\[CLUSTER_SYNC_TIMED_OUT\]/);
});

test("it does not wait forever for an item that 1Password does not have, and says so", async () => {
  const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const problem = 'failed to retrieve item: no items found with identifier "db"';
  await wait({ db: [{ problem, secretLabels: old }], ok: [{ problem: "", secretLabels: fresh }] });
  expect(said).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/app\/db.*no items found/));
});

test("an item that 1Password does not have excuses no other", async () => {
  const missing = { problem: 'no items found with identifier "db"', secretLabels: old };
  const stuck = wait({ db: [missing], ok: [{ problem: "", secretLabels: old }] }, 100);
  await expect(stuck).rejects.toThrow("app/ok");
});
