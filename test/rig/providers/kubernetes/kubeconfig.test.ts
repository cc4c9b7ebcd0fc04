import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readKubeconfig } from "./kubeconfig.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "opconnect-kubeconfig-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true });
});

const content = JSON.stringify({
  "current-context": "one",
  clusters: [
    { name: "c1", cluster: { server: "https://one.example:6443", "tls-server-name": "inner" } },
    { name: "c2", cluster: { server: "https://two.example:6443", "certificate-authority": "ca" } },
  ],
  contexts: [
    { name: "one", context: { cluster: "c1", user: "u", namespace: "team" } },
    { name: "two", context: { cluster: "c2", user: "u" } },
    { name: "broken", context: { cluster: "c3", user: "u" } },
    { name: "plugin", context: { cluster: "c1", user: "exec" } },
  ],
  users: [
    { name: "u", user: { token: "fixture-token" } },
    { name: "exec", user: { exec: { command: "login" } } },
  ],
});

test("the content leads to the server of its current context", () => {
  expect(readKubeconfig({ kubeconfig: content })).toEqual({
    server: "https://one.example:6443",
    namespace: "team",
    tls: { servername: "inner" },
    token: "fixture-token",
  });
});

test("a path is read, and files it names lie beside it", async () => {
  await writeFile(join(directory, "config"), content);
  await writeFile(join(directory, "ca"), "fixture-ca");
  const address = readKubeconfig({ kubeconfig: join(directory, "config"), context: "two" });
  expect(address.server).toBe("https://two.example:6443");
  expect(address.tls.ca?.toString()).toBe("fixture-ca");
});

test("without a setting KUBECONFIG counts, its files in order", async () => {
  const first = join(directory, "first");
  const second = join(directory, "second");
  await writeFile(first, "current-context: two\n");
  await writeFile(second, content);
  await writeFile(join(directory, "ca"), "fixture-ca");
  vi.stubEnv("KUBECONFIG", `${first}:${second}`);
  expect(readKubeconfig({}).server).toBe("https://two.example:6443");
});

test.each([
  [{ kubeconfig: content, context: "three" }, 'no context "three"'],
  [{ kubeconfig: content, context: "broken" }, 'no cluster "c3"'],
  [{ kubeconfig: content, context: "plugin" }, "authenticated by a plugin"],
  [{ kubeconfig: "/nowhere/config" }, "neither the path of a file nor"],
])("a kubeconfig that leads nowhere is said so", (choice, message) => {
  expect(() => readKubeconfig(choice)).toThrow(message);
});
