import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { kubeconfigFor } from "../../fixtures/fakes/kubernetes-api.ts";
import { lacksKubeconfig, loadClusterConfig } from "./config.ts";

let folder: string;
const content = kubeconfigFor("https://api.fixture.invalid:6443");

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "provision-test-"));
  await writeFile(join(folder, "config"), content);
});

afterEach(() => vi.unstubAllEnvs());
afterAll(() => rm(folder, { recursive: true, force: true }));

const serverOf = async (access: Parameters<typeof loadClusterConfig>[0]) =>
  (await loadClusterConfig(access)).getCurrentCluster()?.server;

test("a kubeconfig is taken from its path, from its content, or from KUBECONFIG", async () => {
  const server = "https://api.fixture.invalid:6443";
  expect(await serverOf({ kubeconfig: join(folder, "config") })).toBe(server);
  expect(await serverOf({ kubeconfig: content })).toBe(server);
  vi.stubEnv("KUBECONFIG", join(folder, "config"));
  expect(await serverOf({})).toBe(server);
});

test("of the files in KUBECONFIG, those that are not there count for nothing where another is", async () => {
  vi.stubEnv("KUBECONFIG", `${join(folder, "none")}:${join(folder, "config")}`);
  expect(await serverOf({})).toBe("https://api.fixture.invalid:6443");
  vi.stubEnv("KUBECONFIG", join(folder, "none"));
  await expect(serverOf({})).rejects.toThrow(
    `KUBECONFIG names ${join(folder, "none")}, and there is no such file. Let it name a kubeconfig`,
  );
});

test("a path may begin at the home folder", async () => {
  vi.stubEnv("HOME", folder);
  expect(await serverOf({ kubeconfig: "~/config" })).toBe("https://api.fixture.invalid:6443");
});

test("content may be JSON on one line", async () => {
  const json = JSON.stringify({
    "current-context": "one",
    clusters: [{ name: "one", cluster: { server: "https://one.invalid" } }],
    users: [{ name: "one", user: {} }],
    contexts: [{ name: "one", context: { cluster: "one", user: "one" } }],
  });
  expect(await serverOf({ kubeconfig: json })).toBe("https://one.invalid");
});

test.each([
  ["on one line", Buffer.from(content).toString("base64")],
  ["wrapped", `${Buffer.from(content).toString("base64").replaceAll(/.{76}/g, "$&\n")}\n`],
  ["for addresses", Buffer.from(content).toString("base64url")],
])("content may be in base64, %s, as CI systems keep it", async (_, kubeconfig) => {
  expect(await serverOf({ kubeconfig })).toBe("https://api.fixture.invalid:6443");
});

test.each([
  ["base64 of something else", Buffer.from("marker: fixture-marker").toString("base64")],
  ["a secret that is no path", "fixture-marker-0123456789"],
  ["a token", "eyJhbGciOiJFUzI1NiJ9.fixture-marker.x"],
  ["too long for a path", "fixture-marker/".repeat(2_000)],
])("%s, given for a kubeconfig, is never shown", async (_, kubeconfig) => {
  const error = await loadClusterConfig({ kubeconfig }).catch((caught: Error) => caught);
  expect(error).toMatchObject({ code: "CLUSTER_CONFIG_INVALID" });
  expect(String(error)).not.toContain("fixture-marker");
  expect(String(error)).not.toContain(kubeconfig.slice(0, 12));
});

test("the context asked for becomes the current one", async () => {
  const config = await loadClusterConfig({ kubeconfig: content, context: "other" });
  expect(config.getCurrentContext()).toBe("other");
});

test.each([
  [
    "a path where nothing is",
    { kubeconfig: "/nonexistent/config" },
    "neither the path of a file here nor the content of one",
  ],
  [
    "an unknown context",
    { kubeconfig: content, context: "acme" },
    'no context "acme"; its contexts: "fixture", "other", "broken"',
  ],
  [
    "a context without its cluster",
    { kubeconfig: content, context: "broken" },
    "no cluster or no user",
  ],
  [
    "no current context",
    { kubeconfig: content.replace("current-context: fixture", "") },
    "no current context",
  ],
  [
    "a context whose name is no text",
    { kubeconfig: content.replaceAll("name: fixture", "name: { toString: 1 }") },
    'its contexts: "other", "broken"',
  ],
])("%s is refused", async (_, access, text) => {
  const loading = loadClusterConfig(access);
  await expect(loading).rejects.toMatchObject({ code: "CLUSTER_CONFIG_INVALID" });
  await expect(loading).rejects.toThrow(text);
});

test.each([
  ["text", "apiVersion: v1\nusers: [FixtureClientKey0123456789"],
  ["something else", "kind: Config\n- FixtureClientKey0123456789"],
])("content that is %s is refused without being shown", async (_, kubeconfig) => {
  const loading = loadClusterConfig({ kubeconfig });
  await expect(loading).rejects.toMatchObject({ code: "CLUSTER_CONFIG_INVALID" });
  await expect(loading).rejects.not.toThrow("FixtureClientKey");
});

test.each([
  ["KUBECONFIG points nowhere", "/nonexistent/config"],
  ["there is no kubeconfig at all", undefined],
])("where %s the ambient cluster is refused", async (_, kubeconfig) => {
  vi.stubEnv("KUBECONFIG", kubeconfig);
  vi.stubEnv("HOME", join(folder, "empty"));
  await expect(loadClusterConfig({})).rejects.toMatchObject({ code: "CLUSTER_CONFIG_INVALID" });
});

test("a runner lacks a kubeconfig where none of the ambient ones is there", () => {
  vi.stubEnv("KUBECONFIG", "/nowhere/one:/nowhere/two");
  expect(lacksKubeconfig({})).toBe(true);
  expect(lacksKubeconfig({ kubeconfig: "/nowhere/one" })).toBe(false);
  vi.stubEnv("KUBECONFIG", `/nowhere/one:${import.meta.filename}`);
  expect(lacksKubeconfig({})).toBe(false);
  vi.stubEnv("KUBECONFIG", "");
  vi.stubEnv("HOME", "/nowhere");
  expect(lacksKubeconfig({})).toBe(true);
});
