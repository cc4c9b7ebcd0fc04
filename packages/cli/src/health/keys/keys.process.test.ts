import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { addServiceAccount, startConnect } from "@opconnect/sandbox";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type CredentialsRig, createCredentialsRig } from "../../../fixtures/credentials-rig.ts";

let rig: CredentialsRig;
beforeAll(async () => {
  rig = await createCredentialsRig();
  await rig.op(["vault", "create", "app"]);
});
afterAll(() => rig.remove());

const seed = "otpauth://totp/acme?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const odd = {
  title: "odd",
  category: "SECURE_NOTE",
  sections: [{ id: "s1", label: "Admin" }],
  urls: [{ label: "website", primary: true, href: "https://fixture-site.example" }],
  fields: [
    { id: "a", type: "CONCEALED", label: "db password!", value: "fixture-first" },
    {
      id: "b",
      type: "CONCEALED",
      label: "db-password",
      value: "fixture-last",
      section: { id: "s1" },
    },
    { id: "c", type: "STRING", label: "🔑", value: "fixture-emoji" },
    { id: "d", type: "STRING", label: "note" },
    { id: "e", type: "OTP", label: "code", value: seed },
  ],
};

/** Types an item in, with a file beside its fields. Returns all that nobody may see. */
async function type(item: typeof odd): Promise<readonly string[]> {
  const file = join(rig.folder, "tls.crt");
  await writeFile(file, "fixture-file");
  const words = ["item", "create", "-", "--vault", "app", `tls\\.crt[file]=${file}`];
  await rig.op(words, JSON.stringify(item));
  const values = item.fields.flatMap(({ value }) => value ?? []);
  return [...values, "fixture-", "otpauth", "JBSWY3DPEHPK3PXP"];
}

async function connectEnv(): Promise<Record<string, string>> {
  const run = (words: readonly string[]) =>
    execa(join(rig.folder, "bin", "op"), words, { cwd: rig.folder, env: rig.env });
  await run(["connect", "server", "create", "acme", "--vaults", "app"]);
  const token = await run([
    "connect",
    "token",
    "create",
    "t",
    "--server",
    "acme",
    "--vault",
    "app,r",
  ]);
  const file = await execa("base64", ["-w0", join(rig.folder, "1password-credentials.json")]);
  const env = { OPCONNECT_SANDBOX_HOME: rig.opHome, OP_HTTP_PORT: "0" };
  const connect = await startConnect({ env: { ...env, OP_SESSION: file.stdout } });
  onTestFinished(() => connect.close());
  return { PATH: "", OP_CONNECT_HOST: connect.url, OP_CONNECT_TOKEN: token.stdout.trim() };
}

describe("of an item with all that is odd", () => {
  let values: readonly string[];
  beforeAll(async () => {
    values = await type(odd);
  });

  test.each<[string, () => Promise<Record<string, string>>]>([
    ["a person's op", async () => ({})],
    [
      "op as a service account",
      async () => ({
        OP_SERVICE_ACCOUNT_TOKEN: await addServiceAccount(rig.opHome, {
          name: "ci",
          vaults: { app: ["read_items"] },
        }),
      }),
    ],
    ["Connect", connectEnv],
  ])("%s tells the keys and what is left out, and no value", async (_, env) => {
    const { stdout, stderr, exitCode } = await rig.opconnect(["keys", "app/odd"], await env());
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout.replaceAll(/ +$/gm, "")).toMatchInlineSnapshot(`
      "The Secret of "odd" has 4 keys. So operator 1.12.0 of chart 2.4.1 writes it.

      KEY          FROM          NOTE
      db-password  field "db-password" in section "Admin"
      code         field "code"  The seed of all its codes, and no code: whoever reads the Secret can make codes for ever. Keep the one-time password in an item apart.
      website      website "website"
      tls.crt      file "tls.crt"

      Left out:

      FROM                  WHY
      field "db password!"  the key db-password is that of field "db-password" in section "Admin"
      field "🔑"            nothing of its label can stand in a key
      field "note"          it is empty
      "
    `);
    for (const value of values) expect(stdout.includes(value)).toBe(false);
  });

  test("a program gets the same", async () => {
    const { stdout, exitCode } = await rig.opconnect(["keys", "op://app/odd", "--json"]);
    const { keys, isRefused, operator, parts } = JSON.parse(stdout);
    expect({ exitCode, keys, isRefused, operator }).toEqual({
      exitCode: 0,
      keys: ["code", "db-password", "tls.crt", "website"],
      isRefused: false,
      operator: "1.12.0",
    });
    expect(parts[0]).toEqual({
      kind: "field",
      label: "db password!",
      hasValue: true,
      isOneTimePassword: false,
      key: "db-password",
      outcome: "lost",
      lostTo: { kind: "field", label: "db-password", section: "Admin" },
    });
    for (const value of values) expect(stdout.includes(value)).toBe(false);
  });

  test("an older chart's operator makes no Secret of it", async () => {
    const { stdout, exitCode } = await rig.opconnect(["keys", "app/odd", "--chart", "2.2.1"]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('Kubernetes refuses the Secret of "odd" as a whole.');
    expect(stdout).toMatch(/field "🔑" +nothing of its label can stand in a key/);
  });
});

test.each([
  [
    "a label that Kubernetes refuses",
    ["app/dots"],
    1,
    /field "\.\." {2}its label becomes the key "\.\."/,
  ],
  ["an item that is not there", ["app/none"], 1, /no item "none".*\[OP_NOT_FOUND\]/s],
  ["a reference to a field", ["op://app/odd/note"], 1, /without a field.*\[ITEM_PATH_INVALID\]/s],
  ["a chart that is none", ["app/odd", "--chart", "2"], 1, /\[CHART_VERSION_INVALID\]/],
])("%s is told, with an exit code that is not 0", async (_, words, code, says) => {
  if (words[0] === "app/dots") {
    await type({
      ...odd,
      title: "dots",
      fields: [{ id: "x", type: "STRING", label: "..", value: "fixture-x" }],
    });
  }
  const { stdout, stderr, exitCode } = await rig.opconnect(["keys", ...words]);
  expect(stdout + stderr).toMatch(says);
  expect(stdout + stderr).not.toContain("fixture-");
  expect(exitCode).toBe(code);
});
