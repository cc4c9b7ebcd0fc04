import { ConnectError } from "@opconnect/core";
import { expect, test } from "vitest";
import { createMemoryOp } from "../../fixtures/fakes/memory-op.ts";
import { ensureVault } from "./ensure.ts";
import { observeVault } from "./observe.ts";

const request = {
  title: "acme-prod-app",
  mark: "opconnect:acme/prod/app",
  groups: { Developers: "read-write" },
  adminCommand: "pulumi up --stack acme-prod",
} as const;

test("a vault as it was made has not drifted, and the access of others does not count", async () => {
  const op = createMemoryOp();
  const { id } = await ensureVault(request, { op });
  op.vaults[0]?.access?.set("group Owners", ["manage_vault"]);
  expect(await observeVault({ ...request, id }, { op })).toEqual({
    presence: "live",
    name: "acme-prod-app",
    drift: [],
    unknown: [],
  });
});

test("a title, a mark and a role changed by hand are drift", async () => {
  const op = createMemoryOp();
  const { id } = await ensureVault(request, { op });
  await op.editVault({ id, title: "renamed", description: "by hand" });
  op.vaults[0]?.access?.set("group Developers", ["view_items"]);
  expect(await observeVault({ ...request, id }, { op })).toEqual({
    presence: "live",
    name: "renamed",
    unknown: [],
    drift: [
      'its title is "renamed", not "acme-prod-app"',
      "its description lacks the mark opconnect:acme/prod/app",
      "the group Developers has view_items, not read-write",
    ],
  });
});

test.each(["OP_NOT_FOUND", "OP_NOT_SIGNED_IN", "OP_NOT_INSTALLED"] as const)(
  "after %s nothing is known of a vault, least of all that it is gone",
  async (code) => {
    const op = createMemoryOp();
    const { id } = await ensureVault(request, { op });
    op.failures.set("getVault", new ConnectError(code, "fixture", "fixture"));
    const observation = await observeVault({ ...request, id }, { op });
    expect(observation).toEqual({ presence: "unknown", drift: [], unknown: ["fixture"] });
  },
);
