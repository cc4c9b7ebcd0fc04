import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfiguration } from "./configuration.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "opconnect-configuration-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function read(project: string, stack: string, printed = "{}") {
  const [projectFile, stackFile] = [join(folder, "Pulumi.yaml"), join(folder, "Pulumi.one.yaml")];
  await writeFile(projectFile, project);
  await writeFile(stackFile, stack);
  let isAsked = false;
  const configuration = await readConfiguration(
    { project: "acme", projectFile, stackFile },
    async () => {
      isAsked = true;
      return printed;
    },
  );
  return { ...configuration, isAsked };
}

test("what a stack says comes before what its project says, and pulumi is not asked", async () => {
  const project = "config:\n  acme:client: acme\n  size: {type: integer, default: 2}\n";
  const stack =
    "config:\n  acme:client: globex\n  acme:config:vaults: [app, data]\n  aws:region: eu\n";
  expect(await read(project, stack)).toEqual({
    values: {
      "acme:client": "globex",
      "acme:size": "2",
      "acme:vaults": '["app","data"]',
      "aws:region": "eu",
    },
    secretKeys: [],
    isAsked: false,
  });
});

test.each([
  ["a value is encrypted", "config:\n  acme:password: {secure: v1:x}\n"],
  ["a part of a value is encrypted", "config:\n  acme:a: {b: [{secure: v1:x}]}\n"],
  ["it imports an environment", "environment: [shared]\nconfig: {}\n"],
])("where %s, pulumi is asked for all of it", async (_, stack) => {
  const printed = JSON.stringify({
    "acme:password": { value: "fixture", secret: true },
    "acme:client": { value: "acme", secret: false },
  });
  expect(await read("name: acme\n", stack, printed)).toEqual({
    values: { "acme:password": "fixture", "acme:client": "acme" },
    secretKeys: ["acme:password"],
    isAsked: true,
  });
});
