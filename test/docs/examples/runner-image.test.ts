// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a Dockerfile
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { printProgress } from "../../rig/progress.ts";
import { hadolint as tool } from "../../rig/tools/catalog.ts";
import { ensureTool } from "../../rig/tools/ensure-tool.ts";

const file = join(import.meta.dirname, "../../../examples/runner-image/Dockerfile");

let folder: string;
let hadolint: string;
let text: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "opconnect-image-"));
  hadolint = join(await ensureTool(tool, printProgress()), "bin/hadolint");
  text = await readFile(file, "utf8");
}, 900_000);
afterAll(() => rm(folder, { recursive: true }));

/** Stages: name, what they are made from, their lines. */
function stagesOf(dockerfile: string) {
  const [, ...parts] = dockerfile.split(/^FROM /m);
  return parts.map((part) => {
    const [, from = "", name = "the last"] = /^(\S+)(?: AS (\S+))?$/m.exec(part) ?? [];
    return { name, from, lines: part };
  });
}

async function lint(path: string) {
  const { all, exitCode } = await execa(hadolint, ["--no-color", path], {
    ...{ all: true, reject: false },
  });
  return { all, exitCode };
}

test("hadolint has nothing to say", async () => {
  expect(await lint(file)).toEqual({ all: "", exitCode: 0 });
});

test.each([
  ["DL3003", "AS runner\n", "AS runner\nRUN cd /tmp\n"],
  ["DL3006", /node:24-trixie-slim@sha256:[0-9a-f]+/, "node"],
  ["DL3002", "USER 1983", "USER root"],
  ["DL3015", "--no-install-recommends", ""],
])("hadolint says %s of a mistake", async (rule, right, wrong) => {
  const broken = join(folder, "Dockerfile");
  await writeFile(broken, text.replace(right, wrong));
  const { all, exitCode } = await lint(broken);
  expect([exitCode, all]).toEqual([1, expect.stringContaining(rule)]);
});

test("every image is named by tag and digest, or is a stage of this file", () => {
  const stages = stagesOf(text);
  const names = stages.map(({ name }) => name);
  expect(names).toEqual(["pulumi", "kubectl", "aws", "op", "runner", "admin", "the last"]);
  for (const { from } of stages) {
    if (!names.includes(from)) expect(from).toMatch(/^[a-z0-9./-]+:v?[\w.-]+@sha256:[0-9a-f]{64}$/);
  }
  for (const [, from = ""] of text.matchAll(/--from=(\S+)/g)) expect(names).toContain(from);
});

test("what is downloaded is held to a checksum before it is unpacked", () => {
  const downloads = [...text.matchAll(/https?:\/\/[^"\s]+/g)].map(([url]) => url);
  expect(downloads).toEqual(["https://get.helm.sh/helm-v$HELM_VERSION-linux-$TARGETARCH.tar.gz"]);
  const [checked, unpacked] = [text.indexOf("sha256sum --check"), text.indexOf("tar --extract")];
  expect(checked).toBeGreaterThan(text.indexOf("https://get.helm.sh"));
  expect(unpacked).toBeGreaterThan(checked);
  expect(text.match(/ARG HELM_SHA256_\w+=[0-9a-f]{64}$/gm)).toHaveLength(2);
  expect(text).not.toMatch(/^ADD /m);
});

test("packages run no script, and nothing is a secret", () => {
  for (const [line] of text.matchAll(/npm install.*/g)) expect(line).toContain("--ignore-scripts");
  expect(text).not.toMatch(/^(ARG|ENV) .*(TOKEN|SECRET|PASSWORD|KEY|OP_)/im);
});

test("a runner is not root and has no op, an admin has it", () => {
  const stages = new Map(stagesOf(text).map((stage) => [stage.name, stage]));
  expect(stages.get("runner")?.lines.match(/^USER .*/gm)).toEqual(["USER 1983"]);
  expect(stages.get("runner")?.lines).not.toMatch(/from=op\b/);
  expect(stages.get("admin")).toMatchObject({ from: "runner" });
  expect(stages.get("admin")?.lines).toMatch(/^COPY --from=op \/usr\/local\/bin\/op/m);
  // What is built where no target is named.
  expect(stages.get("the last")?.from).toBe("runner");
  expect(text).not.toMatch(/^USER (root|0)\b/m);
});
