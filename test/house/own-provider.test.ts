import { createHash } from "node:crypto";
import { execa } from "execa";
import { expect, test } from "vitest";
import { isOwnProvider } from "../../packages/fleet/src/workers/own-provider.ts";

/** Prints what is written into the state: by Node.js itself, since Vitest rewrites functions. */
const script = `
  import * as pulumi from "@pulumi/pulumi";
  import { Vault } from "@opconnect/pulumi";
  await pulumi.runtime.setMocks({
    newResource({ inputs }) {
      process.stdout.write(inputs.__provider ?? "");
      return { id: "fixture", state: inputs };
    },
    call: ({ inputs }) => inputs,
  });
  new Vault("own", { title: "acme-prod" });
`;

test("the shared host of a fleet's previews knows our providers, and no others", async () => {
  const { stdout: own } = await execa("node", ["--input-type=module", "--eval", script], {
    cwd: import.meta.dirname,
    stripFinalNewline: false,
  });
  expect(own).toMatch(/\(\)\.vault;\n$/);
  const digest = createHash("sha256").update(own.replace("().vault;", "().kind;"));
  expect(isOwnProvider(own), `OWN_TEXT is to be ${digest.digest("hex")}`).toBe(true);
  expect(isOwnProvider(own.replace("().vault;", "().connectToken;"))).toBe(true);
  // What does one thing more is none of ours.
  expect(isOwnProvider(own.replace("return require", "seen += 1; return require"))).toBe(false);
  expect(isOwnProvider(`${own}seen += 1;`)).toBe(false);
  expect(isOwnProvider("")).toBe(false);
});
