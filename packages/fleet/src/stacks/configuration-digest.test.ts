import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { digestConfiguration } from "./configuration-digest.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "opconnect-configuration-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function digest(text: string): Promise<string | undefined> {
  const file = join(folder, "Pulumi.acme-prod.yaml");
  await writeFile(file, text);
  return digestConfiguration({ name: "acme-prod", file });
}

const written = `encryptionsalt: v1:one
config:
  acme:password: { secure: v1:abc:def }
  acme:args: { client: acme, vaults: [app, data] }
`;

test.each([
  [
    "is laid out otherwise",
    `# A remark.\n${JSON.stringify({
      config: {
        "acme:args": { vaults: ["app", "data"], client: "acme" },
        "acme:password": { secure: "v1:abc:def" },
      },
    })}`,
  ],
  ["names another wave", `${written}  opconnect:wave: canary\n`],
])("a configuration that %s is the same", async (_, text) => {
  expect(await digest(text)).toBe(await digest(written));
});

test.each([
  ["a secret set anew", written.replace("abc", "abd")],
  ["a value more", `${written}  acme:more: "1"\n`],
  ["a value less", written.replace(/ {2}acme:password.*\n/, "")],
  ["another order of a list", written.replace("app, data", "data, app")],
  ["values of an environment besides", `${written}environment: [shared]\n`],
  ["nothing in it", ""],
])("a configuration with %s is another", async (_, text) => {
  expect(await digest(text)).not.toBe(await digest(written));
});

test("a stack without a file has none, and a file that is no YAML is refused unquoted", async () => {
  expect(await digestConfiguration({ name: "acme-prod" })).toBeUndefined();
  const refused = digest('config:\n  acme:password: "fixture-secret\n');
  await expect(refused).rejects.toMatchObject({
    code: "PROJECT_INVALID",
    happened: expect.stringMatching(
      /Pulumi\.acme-prod\.yaml is not understood: line \d is not YAML/,
    ),
  });
  await expect(refused).rejects.not.toThrow("fixture-secret");
});
