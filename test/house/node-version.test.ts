import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";

const repository = join(import.meta.dirname, "../..");

/** Has Node.js say that it is another. */
const posing = (version: string) =>
  `data:text/javascript,Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } })`;

const entries = {
  "packages/cli": ["packages/cli/bin/opconnect.js", "--version"],
  "packages/sandbox": ["packages/sandbox/bin/opconnect-sandbox.js", "--help"],
  "packages/pulumi": ["-e", 'require("@opconnect/pulumi")'],
  "packages/pulumi: the provider": ["-e", 'require("@opconnect/pulumi/provider")'],
  "packages/pulumi: the mocks": ["-e", 'require("@opconnect/pulumi/testing")'],
};

test.each(Object.entries(entries))("%s asks for the Node.js that it needs", async (name, words) => {
  const file = join(repository, name.replace(/:.*/, ""), "package.json");
  const { engines } = JSON.parse(await readFile(file, "utf8"));
  const needed = engines.node.replace(">=", "");
  const run = (version: string) =>
    execa("node", ["--import", posing(version), ...words], {
      cwd: repository,
      all: true,
      reject: false,
    });
  const [old, enough] = await Promise.all([run("20.20.2"), run(`${needed}.0`)]);
  expect(old.exitCode).toBe(1);
  expect(old.all).toContain(`needs Node.js ${needed} or newer, and this is 20.20.2. Install one`);
  expect(enough.all).not.toContain("needs Node.js");
});
