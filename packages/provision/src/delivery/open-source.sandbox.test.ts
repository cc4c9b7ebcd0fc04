import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { addServiceAccount, startConnect } from "@opconnect/sandbox";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSandboxOp, type SandboxOp } from "../../fixtures/fakes/sandbox-op.ts";
import { readItemParts } from "./item-parts.ts";
import { openSource } from "./open-source.ts";

let op: SandboxOp;
let connect: Awaited<ReturnType<typeof startConnect>>;
let token: string;
let serviceAccount: string;
let itemId: string;

const fields = (password: string) => [
  { id: "password", type: "CONCEALED", label: "password", value: password },
  { id: "a", type: "CONCEALED", label: "key", value: "fixture-of-a", section: { id: "sa" } },
  { id: "b", type: "CONCEALED", label: "key", value: "fixture-of-b", section: { id: "sb" } },
  { id: "empty", type: "STRING", label: "note" },
  { id: "code", type: "OTP", label: "code", value: "JBSWY3DPEHPK3PXP" },
];
const sections = [
  { id: "sa", label: "Admin" },
  { id: "sb", label: "Backup" },
];

async function run(words: readonly string[], input?: object): Promise<string> {
  const stdin =
    input === undefined ? { stdin: "ignore" as const } : { input: JSON.stringify(input) };
  const options = { env: op.env, extendEnv: false, cwd: op.temporary, ...stdin };
  return (await execa("op", words, options)).stdout;
}

beforeAll(async () => {
  op = await createSandboxOp();
  await run(["vault", "create", "app"]);
  await run(["vault", "create", "other"]);
  const create = ["item", "create", "-", "--format", "json", "--vault"];
  const item = { title: "github", category: "LOGIN", sections, fields: fields("fixture-one") };
  itemId = JSON.parse(await run([...create, "app"], item)).id;
  for (const _ of [1, 2]) await run([...create, "app"], { ...item, title: "twice" });
  await run([...create, "other"], { ...item, title: "hidden" });
  await run(["connect", "server", "create", "acme", "--vaults", "app"]);
  token = (
    await run(["connect", "token", "create", "t", "--server", "acme", "--vault", "app,r"])
  ).trim();
  const file = await readFile(join(op.temporary, "1password-credentials.json"));
  const env = { OPCONNECT_SANDBOX_HOME: op.home, OP_HTTP_PORT: "0" };
  connect = await startConnect({ env: { ...env, OP_SESSION: file.toString("base64") } });
  serviceAccount = await addServiceAccount(op.home, {
    name: "ci",
    vaults: { app: ["read_items"] },
  });
});
afterAll(async () => {
  await connect.close();
  await op.remove();
});

describe.each([
  ["a person's op", () => op.env],
  ["op as a service account", () => ({ ...op.env, OP_SERVICE_ACCOUNT_TOKEN: serviceAccount })],
  ["Connect", () => ({ PATH: "", OP_CONNECT_HOST: connect.url, OP_CONNECT_TOKEN: token })],
])("through %s", (way, env) => {
  const source = (reference: string) => openSource(reference, env());

  test.each([
    ["by titles", "op://app/github/password", "fixture-one"],
    ["in another case", "op://app/GitHub/Password", "fixture-one"],
    ["with a section", "op://app/github/Backup/key", "fixture-of-b"],
    ["by the id of its section", "op://app/github/sa/key", "fixture-of-a"],
  ])(
    "a field is read %s, with the version that was told without it",
    async (_, reference, value) => {
      const version = await source(reference).version();
      expect(version).toBe(`${itemId}@1`);
      expect(await source(reference).read()).toEqual({ value, version });
    },
  );

  test.each([
    ["an item that is not there", "op://app/nothing/password", /OP_NOT_FOUND/],
    [
      "a title that two items have",
      "op://app/twice/password",
      /Name the item by its id.*OP_AMBIGUOUS/,
    ],
    [
      "a field that is not there",
      "op://app/github/secret",
      /there are "password".*SECRET_FIELD_INV/,
    ],
    ["a field of two sections", "op://app/github/key", /different values.*Name the section/],
    ["an empty field", "op://app/github/note", /has nothing in the field/],
    ["a one-time password", "op://app/github/code", /is a one-time password/],
  ])("%s is an error that says what to do, and no value", async (_, reference, says) => {
    const failure = source(reference).read();
    await expect(failure).rejects.toThrow(says);
    await expect(failure).rejects.not.toThrow("fixture-");
  });

  test("the parts of an item come without their values", async () => {
    const { id, title, parts } = await readItemParts({ vault: "app", item: "github" }, env());
    const field = { kind: "field", hasValue: true, isOneTimePassword: false };
    expect({ id, title, parts }).toEqual({
      id: itemId,
      title: "github",
      parts: [
        { ...field, label: "password" },
        { ...field, label: "key", section: "Admin" },
        { ...field, label: "key", section: "Backup" },
        { ...field, label: "note", hasValue: false },
        { ...field, label: "code", isOneTimePassword: true },
      ],
    });
  });

  test("a vault that it may not see is an error", async () => {
    if (way === "a person's op") return;
    const failure = source("op://other/hidden/password").version();
    await expect(failure).rejects.toThrow(/OP_NOT_FOUND|OP_FAILED/);
  });
});

test("no argument of op has a value, and a version is asked for without one", async () => {
  await op.newCalls();
  await openSource("op://app/github/password", op.env).version();
  const asked = await op.newCalls();
  expect(asked.map(({ argv }) => argv.slice(0, 2).join(" "))).not.toContain("item get");
  await openSource("op://app/github/password", op.env).read();
  expect(JSON.stringify(await op.newCalls())).not.toContain("fixture-");
});

test.each([
  [
    "a token that is none",
    () => ({ OP_CONNECT_HOST: connect.url, OP_CONNECT_TOKEN: "fixture" }),
    /CONNECT_ACCESS_DENIED/,
  ],
  [
    "a host that is not there",
    () => ({ OP_CONNECT_HOST: "http://127.0.0.1:9", OP_CONNECT_TOKEN: token }),
    /CONNECT_UNREACHABLE/,
  ],
  [
    "a host that is none",
    () => ({ OP_CONNECT_HOST: "connect", OP_CONNECT_TOKEN: token }),
    /CONNECT_UNREACHABLE/,
  ],
  ["nothing at all", () => ({ PATH: "" }), /OP_NOT_INSTALLED/],
])("with %s it says what to do", async (_, env, code) => {
  await expect(openSource("op://app/github/password", env()).version()).rejects.toThrow(code);
});
