import { expect, test } from "vitest";
import { fixtureToken } from "../../fixtures/data/connect-token.ts";
import { recordedOpFailures } from "../../fixtures/data/recorded-op-failures.ts";
import { opError } from "./error.ts";
import { knownFailures } from "./known-failures.ts";

const line = (text: string) => `[ERROR] 2026/01/02 10:00:00 ${text}\n`;
const listVaults = { args: ["vault", "list"], purpose: "list the vaults" };
const createServer = {
  args: ["connect", "server", "create", "acme-prod"],
  purpose: 'create the Connect server "acme-prod"',
  vaultIds: ["fixturevaultone23456723456"],
};
const deleteServer = {
  args: ["connect", "server", "delete", "FIXTURESERVER2345672345672"],
  purpose: "delete the Connect server FIXTURESERVER2345672345672",
};

const commands = {
  "list vaults": listVaults,
  mint: createServer,
  "delete a server": deleteServer,
};

test.each(recordedOpFailures)("$code is what becomes of $text", (recorded) => {
  const { code, text, exitCode = 1, command = "list vaults" } = recorded;
  const error = opError({ stderr: line(text), exitCode }, commands[command]);
  expect(error).toMatchObject({ code });
  expect(error.happened).toContain(`exit code ${exitCode}`);
});

test("a refusal with exit code 6 while minting is about the vaults, whatever it says", () => {
  const failure = { stderr: line("something nobody has seen"), exitCode: 6 };
  expect(opError(failure, createServer)).toMatchObject({ code: "OP_VAULT_ACCESS" });
});

test.each(["AWS full access", "Firewall", "Permission denied"])(
  "an item named %s that is not there is not found, whatever its name reads like",
  (name) => {
    const stderr = line(
      `"${name}" isn't an item. Specify the item with its UUID, name, or domain.`,
    );
    const getItem = { args: ["item", "get", name], purpose: "read the item" };
    expect(opError({ stderr, exitCode: 1 }, getItem)).toMatchObject({ code: "OP_NOT_FOUND" });
  },
);

test.each([
  ["item", 'More than one item matches "Firewall". Try again: * for the item "Firewall": fixture'],
  ["vault", 'More than one vault matches "Firewall". Try again and specify the vault by its ID'],
])("several %ss of one name are ambiguous, whatever the name reads like", (kind, text) => {
  const call = { args: [kind, "get", "Firewall"], purpose: `read the ${kind}` };
  const failure = { stderr: line(text), exitCode: 1 };
  expect(opError(failure, call)).toMatchObject({ code: "OP_AMBIGUOUS_NAME" });
});

test("a vault that is not there is not found, whatever its name reads like", () => {
  const failure = { stderr: line(`"Firewall" isn't a vault in this account.`), exitCode: 1 };
  const call = { args: ["vault", "get", "Firewall"], purpose: "read the vault" };
  expect(opError(failure, call)).toMatchObject({ code: "OP_NOT_FOUND" });
});

test("every code that a text of op can lead to has a recorded one", () => {
  const recorded = new Set(recordedOpFailures.map(({ code }) => code));
  expect(knownFailures.map(({ code }) => code).filter((code) => !recorded.has(code))).toEqual([]);
});

test("an error of an unknown kind shows the whole text, the exit code, and the command to try", () => {
  const { message } = opError(
    { stderr: line("the moon is in the wrong phase"), exitCode: 9 },
    deleteServer,
  );
  expect(message).toBe(
    "`op` could not delete the Connect server FIXTURESERVER2345672345672: the moon is in the wrong phase (exit code 9). " +
      "Run `op connect server delete FIXTURESERVER2345672345672` yourself to see more. [OP_FAILED]",
  );
});

test("an error in another language is shown whole, over all its lines", () => {
  const stderr =
    "[FEHLER] Zugriff verweigert:\n  Tresor nicht gefunden – später erneut versuchen\n";
  const error = opError({ stderr, exitCode: 1 }, listVaults);
  expect(error).toMatchObject({ code: "OP_FAILED" });
  expect(error.happened).toBe(
    "`op` could not list the vaults: [FEHLER] Zugriff verweigert: Tresor nicht gefunden – später erneut versuchen (exit code 1).",
  );
});

test("a missing permission names the vault, the permission and who can grant it", () => {
  const stderr = line("You do not have the requested access to vault 'Team Data'.");
  const { message } = opError({ stderr, exitCode: 1 }, createServer);
  expect(message).toContain('here "Team Data"');
  expect(message).toContain("Somebody who manages the vault, or an owner or administrator");
  expect(message).toContain('op vault user grant --vault "Team Data"');
  expect(message).toContain("allow_viewing,allow_editing,allow_managing");
});

test("a refusal that names no vault names those that were asked for", () => {
  const { message } = opError({ stderr: line("401 Auth Error"), exitCode: 6 }, createServer);
  expect(message).toContain("fixturevaultone23456723456");
  expect(message).toContain("401 Auth Error (exit code 6)");
});

test("signed out with a service account at hand means that it cannot mint", () => {
  const failure = {
    stderr: line("account is not signed in"),
    exitCode: 1,
    unattendedIdentity: true,
  };
  expect(opError(failure, createServer)).toMatchObject({ code: "OP_CANNOT_MINT" });
});

test("no op on PATH says where to get it", () => {
  const error = opError({ stderr: "", systemCode: "ENOENT" }, listVaults);
  expect(error).toMatchObject({ code: "OP_NOT_INSTALLED" });
  expect(error.remedy).toContain("https://developer.1password.com/docs/cli/get-started");
});

test("a time limit that was reached is told in seconds", () => {
  const error = opError({ stderr: "", timedOut: true, timeoutMs: 120_000 }, listVaults);
  expect(error).toMatchObject({ code: "OP_TIMED_OUT" });
  expect(error.happened).toContain("within 120 seconds");
});

test("a secret in the text of op does not get into the error", () => {
  const token = fixtureToken({ id: "fixturetoken", serverId: "FIXTURESERVER", vaults: [] });
  const { message } = opError({ stderr: line(`cannot use ${token}`), exitCode: 1 }, listVaults);
  expect(message).toContain("cannot use <redacted>");
  expect(message).not.toContain(token.slice(0, 20));
});

test("an account that the machine does not know is not unlocked, whoever asks", () => {
  const stderr = "[ERROR] 2026/01/02 10:00:00 no account found for filter acme";
  const call = { args: ["vault", "list"], purpose: "list vaults" };
  const elsewhere = { OP_NOT_SIGNED_IN: "Unlock the app." };
  const error = opError({ stderr, exitCode: 1 }, call, elsewhere);
  expect(error.remedy).toMatch(/^`op account list` shows .* OP_ACCOUNT/);
});
