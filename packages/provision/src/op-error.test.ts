import { expect, test } from "vitest";
import { fixtureToken } from "../fixtures/connect-token.ts";
import { opError } from "./op-error.ts";

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

/** Texts as recorded in public; those marked (?) are made up, as no real one is public. */
test.each([
  ["OP_NOT_SIGNED_IN", 1, "No accounts configured for use with 1Password CLI.\n\n- one\n- two\n"],
  ["OP_NOT_SIGNED_IN", 1, line("account is not signed in")],
  [
    "OP_NOT_SIGNED_IN",
    1,
    line("You are not currently signed in. Please run `op signin --help` for instructions"),
  ],
  ["OP_NOT_SIGNED_IN", 1, line("session expired, sign in to create a new session")],
  ["OP_NOT_SIGNED_IN", 1, line("no account found for filter acme")],
  [
    "OP_NOT_SIGNED_IN",
    1,
    line("error initializing client: authorization prompt dismissed, please try again"),
  ],
  ["OP_NOT_SIGNED_IN", 1, line("error initializing client: authorization timeout")],
  [
    "OP_NOT_SIGNED_IN",
    1,
    line(
      "connecting to desktop app: read: connection reset, make sure 1Password CLI is installed correctly",
    ),
  ],
  ["OP_NOT_SIGNED_IN", 1, line("operation not supported on socket")],
  [
    "OP_NOT_SIGNED_IN",
    1,
    line(
      "No saved device ID. Set the OP_DEVICE environment variable and try again: `export OP_DEVICE=fixture`",
    ),
  ],
  ["OP_RATE_LIMITED", 1, line("Too many requests. Your client has been rate-limited.")],
  [
    "OP_NETWORK_BLOCKED",
    1,
    line(
      'error initializing client: Get "https://acme.1password.com": dial tcp: lookup acme.1password.com: no such host',
    ),
  ],
  ["OP_NETWORK_BLOCKED", 1, line("(403) Forbidden: sign-in from this IP address is blocked (?)")],
  [
    "OP_AMBIGUOUS_NAME",
    1,
    line(
      'More than one vault matches "app". Try again and specify the vault by its ID: \n\t* for the vault "app": fixturevaultone23456723456',
    ),
  ],
  [
    "OP_NOT_FOUND",
    1,
    line('"app" isn\'t a vault in this account. Specify the vault with its ID or name.'),
  ],
  ["OP_NOT_FOUND", 4, line("(404) Not Found: The requested resource was not found.")],
  [
    "ARGUMENT_INVALID",
    1,
    line('invalid argument "5q" for "--expires-in" flag: time: unknown unit "q" in duration "5q"'),
  ],
  ["OP_FAILED", 4, line("(400) Bad Request: The structure of request was invalid.")],
  ["OP_FAILED", 2, "panic: runtime error: index out of range\n"],
])("listing: %s from exit code %d, %j", (code, exitCode, stderr) => {
  expect(opError({ stderr, exitCode }, listVaults)).toMatchObject({ code });
});

test.each([
  [
    "OP_VAULT_ACCESS",
    1,
    line(
      "Couldn't issue the token: \"can't grant access to the vault: You do not have the requested access to vault 'Temp'.\"",
    ),
  ],
  ["OP_VAULT_ACCESS", 6, line("401 Auth Error")],
  ["OP_VAULT_ACCESS", 6, line("something nobody has seen (?)")],
  ["OP_VAULT_ACCESS", 1, line("the user lacks full access to vault app (?)")],
  [
    "OP_VAULT_ACCESS",
    1,
    line(
      "Granting Connect access to a Personal, Private, or Employee vault is not currently supported",
    ),
  ],
  [
    "OP_CANNOT_MINT",
    6,
    line("(403) Forbidden: You don't have permission to manage Secrets Automation. (?)"),
  ],
  ["OP_CANNOT_MINT", 1, line('unknown command "connect" for "op"')],
  ["OP_NOT_SIGNED_IN", 1, line("account is not signed in")],
])("creating a server with vaults: %s from exit code %d, %j", (code, exitCode, stderr) => {
  expect(opError({ stderr, exitCode }, createServer)).toMatchObject({ code });
});

test.each([
  ["OP_CANNOT_MINT", 6, line("(403) Forbidden: You aren't authorized to do that. (?)")],
  ["OP_CANNOT_MINT", 1, line("(401) Unauthorized: not authorized (?)")],
  ["OP_NOT_FOUND", 4, line("(404) Not Found: The requested resource was not found.")],
])("deleting a server: %s from exit code %d, %j", (code, exitCode, stderr) => {
  expect(opError({ stderr, exitCode }, deleteServer)).toMatchObject({ code });
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
