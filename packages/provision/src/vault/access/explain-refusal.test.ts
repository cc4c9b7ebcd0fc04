import { ConnectError } from "@opconnect/core";
import { expect, test } from "vitest";
import { createMemoryOp, type MemoryVault } from "../../../fixtures/fakes/memory-op.ts";
import { explainingVaultRefusal } from "./explain-refusal.ts";

const refusal = new ConnectError(
  "OP_VAULT_ACCESS",
  "`op` could not create the Connect server: 401 Auth Error (exit code 6).",
  "Whoever mints needs full access.",
);

/** What the refusal becomes in an account with one vault. */
async function explained(error: unknown, vault: Partial<MemoryVault>, asked?: readonly string[]) {
  const op = createMemoryOp();
  const { id } = await op.createVault({ title: "acme-prod-app" });
  for (const known of op.vaults) Object.assign(known, vault);
  op.calls.length = 0;
  const caught: unknown = await explainingVaultRefusal(asked ?? [id], op, () =>
    Promise.reject(error),
  ).catch((thrown: unknown) => thrown);
  return { caught, id, calls: op.calls };
}

const command = (id: string) =>
  `\`op vault user grant --vault ${id} --user olga@example.com --permissions allow_viewing,allow_editing,allow_managing --no-input\``;

test("who manages the vault without reading it is told how to give themselves the rest", async () => {
  const { caught, id, calls } = await explained(refusal, { hiddenFrom: ["view", "edit"] });
  expect(caught).toMatchObject({
    code: "OP_VAULT_ACCESS",
    happened: `${refusal.happened} You lack allow_viewing in the vault "acme-prod-app" (${id}); whoever mints needs full access.`,
    remedy: `You manage it, so you can give yourself the rest: ${command(id)}. Then run again.`,
  });
  expect(calls).toEqual(["listVaults", "listVaults", "getMe"]);
});

test("who only reads the vault is told who can give the rest", async () => {
  const access = new Map([
    ["group Owners", ["manage_vault"]],
    ["group Developers", ["allow_viewing"]],
    ["user mia@example.com", ["allow_viewing", "allow_editing", "allow_managing"]],
  ]);
  const { caught, id } = await explained(refusal, { hiddenFrom: ["manage"], access });
  expect(caught).toMatchObject({
    remedy: `Somebody who manages it (the group Owners, mia@example.com) gives it to you: ${command(id)}. Then run again.`,
  });
});

test("who reads and manages the vault is told of the right to edit", async () => {
  const { caught } = await explained(refusal, { hiddenFrom: ["edit"] });
  expect(String(caught)).toContain('You lack allow_editing in the vault "acme-prod-app"');
});

test("where op takes the name of a permission for an invalid argument, its refusal stays", async () => {
  const op = createMemoryOp();
  const { id } = await op.createVault({ title: "acme-prod-app" });
  const invalid = new ConnectError("ARGUMENT_INVALID", 'invalid argument "manage_vault"', "");
  op.failures.set("listVaults", invalid);
  const refused = explainingVaultRefusal([id], op, () => Promise.reject(refusal));
  await expect(refused).rejects.toBe(refusal);
});

test("a vault that op does not show may not exist, or be hidden", async () => {
  const hidden = "fixturevaulthiddenxxxxxxxx";
  const { caught } = await explained(refusal, {}, [hidden]);
  expect(String(caught)).toContain(
    `\`op\` shows you nothing of the vault ${hidden}: it does not exist, or you have no access to it.`,
  );
});

test("where nothing is missing, the refusal stays whole, with what was found", async () => {
  const { caught } = await explained(refusal, {});
  expect(caught).toMatchObject({
    happened: `${refusal.happened} By its lists of vaults you have full access to all that are concerned.`,
    remedy: refusal.remedy,
  });
});

test("an unknown text of op is told by what is found, and keeps its remedy", async () => {
  const unknown = new ConnectError("OP_FAILED", "The moon is wrong.", "Run it yourself.");
  const { caught } = await explained(unknown, { hiddenFrom: ["view"] });
  expect(caught).toMatchObject({ code: "OP_VAULT_ACCESS" });
  expect(String(caught)).toContain("The moon is wrong. You lack allow_viewing");
  expect(String(caught)).toContain("Run it yourself. You manage it");
});

test("an error of another kind costs no call", async () => {
  const other = new ConnectError("OP_TIMED_OUT", "fixture", "fixture");
  const { caught, calls } = await explained(other, {});
  expect(caught).toBe(other);
  expect(calls).toEqual([]);
});

test("where op answers nothing more, the refusal comes back as it is", async () => {
  const op = createMemoryOp();
  op.failures.set("listVaults", new ConnectError("OP_TIMED_OUT", "fixture", "fixture"));
  const work = () => Promise.reject(refusal);
  await expect(explainingVaultRefusal(["fixturevaultxxxxxxxxxxxxxx"], op, work)).rejects.toBe(
    refusal,
  );
});
