import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { readYamlFile } from "./yaml-file.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "opconnect-yaml-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("a file that is not there says nothing", async () => {
  expect(await readYamlFile(join(folder, "Pulumi.none.yaml"))).toEqual({});
});

test.each([
  'config:\n  acme:password: "fixture-secret',
  "config:\n  acme:password: fixture-secret\n acme:client: acme\n",
  "config:\n  acme:password: fixture-secret: x\n",
])("a file that is no YAML is refused without what is in it: %j", async (text) => {
  const file = join(folder, "Pulumi.acme-prod.yaml");
  await writeFile(file, text);
  const refused = readYamlFile(file);
  await expect(refused).rejects.toMatchObject({ code: "PROJECT_INVALID" });
  await expect(refused).rejects.toThrow(file);
  await expect(refused).rejects.not.toThrow(/fixture-secret/);
});

test("a file in which something holds itself is refused, as Pulumi refuses it", async () => {
  const file = join(folder, "Pulumi.anchored.yaml");
  await writeFile(file, "config:\n  acme:settings: &all\n    again: *all\n");
  await expect(readYamlFile(file)).rejects.toMatchObject({ code: "PROJECT_INVALID" });
  await writeFile(file, "config:\n  acme:one: &one { a: 1 }\n  acme:other: [*one, *one]\n");
  expect(await readYamlFile(file)).toMatchObject({
    config: { "acme:other": [{ a: 1 }, { a: 1 }] },
  });
});

test("a tag that nobody knows is no reason to print what is in the file", async () => {
  const file = join(folder, "Pulumi.tagged.yaml");
  await writeFile(file, "config:\n  acme:password: !vault fixture-secret\n");
  const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  expect(await readYamlFile(file)).toEqual({ config: { "acme:password": "fixture-secret" } });
  expect(warn).not.toHaveBeenCalled();
});
