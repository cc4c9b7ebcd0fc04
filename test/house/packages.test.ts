import { glob, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";

const repository = join(import.meta.dirname, "../..");

const tarball = z.object({
  name: z.string(),
  filename: z.string(),
  files: z.array(z.object({ path: z.string() })),
});

/** npm prints a list, and from version 12 on a record. */
async function pack(...words: readonly string[]) {
  const { stdout } = await execa("npm", ["pack", "--json", ...words], { cwd: repository });
  return Object.values(JSON.parse(stdout)).map((each) => tarball.parse(each));
}

describe("what is published", () => {
  let files: Readonly<Record<string, readonly string[]>>;
  beforeAll(async () => {
    const workspaces = await execa("npm", ["query", ".workspace:not([private])"], {
      cwd: repository,
    });
    const published: readonly { readonly name: string }[] = JSON.parse(workspaces.stdout);
    const words = published.map(({ name }) => `--workspace=${name}`);
    const packed = await pack("--dry-run", ...words);
    files = Object.fromEntries(
      packed.map(({ name, files }) => [name, files.map(({ path }) => path)]),
    );
  });

  test("holds the license", () => {
    expect(Object.keys(files).length).toBeGreaterThanOrEqual(5);
    for (const [name, paths] of Object.entries(files)) expect(paths, name).toContain("LICENSE");
  });

  test("says where it comes from, and how it is published", async () => {
    for (const name of Object.keys(files)) {
      const words = ["pkg", "get", "--json", `--workspace=${name}`];
      const { stdout } = await execa("npm", words, { cwd: repository });
      const { [name]: metadata } = JSON.parse(stdout);
      const { directory, url } = metadata.repository;
      expect(await readFile(join(repository, directory, "package.json"), "utf8")).toContain(
        `"name": "${name}"`,
      );
      const page = url.replace(/^git\+|\.git$/g, "");
      expect(metadata).toMatchObject({
        license: "Apache-2.0",
        description: expect.any(String),
        keywords: expect.arrayContaining(["1password-connect"]),
        homepage: `${page}/tree/main/${directory}#readme`,
        bugs: { url: `${page}/issues` },
        publishConfig: { access: "public", provenance: true },
      });
    }
  });

  test("is what is built and what it needs to be read and started, and nothing else", () => {
    const allowed =
      /^(README\.md|LICENSE|package\.json|bin\/[\w-]+\.js|dist\/[\w/-]+(\.d\.ts|\.js)|dist\/LICENSES\.txt|schema\/[\w.]+\.json|PulumiPolicy\.yaml|rego\/\w+\.rego)$/;
    const others = Object.entries(files).flatMap(([name, paths]) =>
      paths
        .filter((path) => !allowed.test(path) || /fixture|\.test\./.test(path))
        .map((path) => `${name}: ${path}`),
    );
    expect(others).toEqual([]);
  });
});

describe("the command that is installed globally", () => {
  test("has nothing installed beside it but machine code, in the version that was tested", async () => {
    const text = await readFile(join(repository, "packages/cli/package.json"), "utf8");
    const { dependencies, peerDependencies, optionalDependencies } = JSON.parse(text);
    expect({ dependencies, peerDependencies }).toEqual({});
    expect(Object.keys(optionalDependencies)).toEqual(["@napi-rs/keyring", "fs-native-extensions"]);
    for (const version of Object.values(optionalDependencies)) expect(version).toMatch(/^[\d.]+$/);
  });

  test("runs where there is nothing but its own package", async () => {
    const folder = await mkdtemp(join(tmpdir(), "opconnect-package-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const [archive] = await pack("--workspace=opconnect", "--pack-destination", folder);
    await execa("tar", ["-xzf", join(folder, archive?.filename ?? "")], { cwd: folder });
    const env = {
      HOME: folder,
      PATH: "",
      KUBECONFIG: join(folder, "kubeconfig"),
      AWS_ENDPOINT_URL: nowhere,
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "AKIAFIXTURE",
      AWS_SECRET_ACCESS_KEY: "fixture",
      AWS_MAX_ATTEMPTS: "1",
    };
    await writeFile(env.KUBECONFIG, kubeconfig);
    const run = (...words: readonly string[]) =>
      execa(process.execPath, [join(folder, "package/bin/opconnect.js"), ...words], {
        cwd: folder,
        env,
        extendEnv: false,
        reject: false,
        all: true,
      });
    const calls = {
      "aws-credentials --item x": ["[OP_NOT_INSTALLED]"],
      "aws-credentials status": ["No profile in"],
      // Each check asks the libraries of another outside system.
      doctor: ["[OP_NOT_INSTALLED]", "[CLUSTER_UNREACHABLE]", "[STORE_UNREACHABLE]"],
    };
    for (const [words, expected] of Object.entries(calls)) {
      const { all } = await run(...words.split(" "));
      for (const text of expected) expect(all, words).toContain(text);
    }
  });
});

const nowhere = "https://127.0.0.1:9";
const kubeconfig = JSON.stringify({
  clusters: [{ name: "fixture", cluster: { server: nowhere } }],
  users: [{ name: "fixture", user: {} }],
  contexts: [{ name: "fixture", context: { cluster: "fixture", user: "fixture" } }],
  "current-context": "fixture",
});

test("no script of a library runs at install", async () => {
  expect(await readFile(join(repository, ".npmrc"), "utf8")).toContain("ignore-scripts=true");
});

test("every action of a workflow is pinned to a commit", async () => {
  for await (const file of glob(".github/workflows/*.yml", { cwd: repository })) {
    const text = await readFile(join(repository, file), "utf8");
    const uses = [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action);
    expect(uses).not.toEqual([]);
    expect(
      uses.filter((action) => !/@[0-9a-f]{40}$/.test(action ?? "")),
      file,
    ).toEqual([]);
  }
});

test("there is one major version of commander", async () => {
  const lock = JSON.parse(await readFile(join(repository, "package-lock.json"), "utf8"));
  const found = Object.entries<{ readonly version: string }>(lock.packages).filter(([path]) =>
    path.endsWith("node_modules/commander"),
  );
  expect(new Set(found.map(([, { version }]) => version.split(".")[0])).size).toBe(1);
});
