import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { chooseKubernetesProvider } from "../engine/kubernetes-provider.ts";
import { listParts } from "../parts.ts";
import * as catalog from "./catalog.ts";
import { ensurePrograms } from "./ensure-programs.ts";
import { toolFolder } from "./ensure-tool.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "opconnect-programs-"));
  vi.stubEnv("OPCONNECT_CACHE", join(dir, "cache"));
  vi.stubEnv("KUBEBUILDER_ASSETS", "");
  vi.stubEnv("PATH", "/usr/bin:/bin");
  // As if everything had been built.
  for (const tool of Object.values(catalog)) await mkdir(toolFolder(tool), { recursive: true });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true });
});

test("without anything on PATH the built programs are used", async () => {
  const { pulumi } = await ensurePrograms(() => {});
  expect(pulumi).toEqual({
    name: "pulumi",
    path: join(toolFolder(catalog.pulumi), "pulumi"),
    kind: "built",
    version: catalog.pulumi.version,
    origin: "built from its Go module",
  });
});

test("a program on PATH wins over the built one, with its own version", async () => {
  const path = await installProgram("pulumi", "v9.8.7", join(dir, "bin"));
  vi.stubEnv("PATH", [join(dir, "bin"), "/usr/bin", "/bin"].join(delimiter));
  const { pulumi, helm } = await ensurePrograms(() => {});
  expect(pulumi).toEqual({
    name: "pulumi",
    path,
    kind: "real",
    version: "9.8.7",
    origin: "on PATH",
  });
  expect(helm.kind).toBe("built");
});

test("the commands of another rig on PATH are not the user's own", async () => {
  const bin = join(dir, "opconnect-rig-1-abcdef", "bin");
  await installProgram("pulumi", "v9.8.7", bin);
  vi.stubEnv("PATH", [bin, "/usr/bin", "/bin"].join(delimiter));
  expect((await ensurePrograms(() => {})).pulumi.kind).toBe("built");
});

test.each([
  ["on PATH", "bin", "1"],
  ["downloaded by the engine", "opconnect-rig-1-abcdef/bin", "1"],
  ["test/rig/providers", "opconnect-rig-1-abcdef/bin", ""],
])("the kubernetes provider is the one %s", async (origin, folder, asked) => {
  await installProgram("pulumi-resource-kubernetes", "", join(dir, folder));
  vi.stubEnv("PATH", [join(dir, folder), "/usr/bin", "/bin"].join(delimiter));
  vi.stubEnv("OPCONNECT_REAL_PROVIDERS", asked);
  expect(chooseKubernetesProvider()).toBe(origin);
  const parts = await listParts(await ensurePrograms(() => {}), chooseKubernetesProvider(), 0);
  const kind = origin === "test/rig/providers" ? "stand-in" : "real";
  expect(parts).toContainEqual(
    expect.objectContaining({ name: "kubernetes provider", kind, origin }),
  );
});

test("KUBEBUILDER_ASSETS brings the control plane", async () => {
  const folder = join(dir, "assets");
  await installProgram("etcd", "etcd Version: 3.5.0", folder);
  await installProgram("kube-apiserver", "Kubernetes v1.35.0", folder);
  vi.stubEnv("KUBEBUILDER_ASSETS", folder);
  const { etcd, apiserver, controllerManager } = await ensurePrograms(() => {});
  expect([etcd, apiserver].map(({ version, origin }) => [version, origin])).toEqual([
    ["3.5.0", "KUBEBUILDER_ASSETS"],
    ["1.35.0", "KUBEBUILDER_ASSETS"],
  ]);
  expect(controllerManager.kind).toBe("built");
});

async function installProgram(name: string, answer: string, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, name);
  await writeFile(file, `#!/bin/sh\necho '${answer}'\n`);
  await chmod(file, 0o755);
  return file;
}
