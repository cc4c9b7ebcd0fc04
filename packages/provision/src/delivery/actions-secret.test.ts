import { expect, onTestFinished, test, vi } from "vitest";
import {
  type GitHubSecrets,
  openBox,
  startGitHubSecrets,
} from "../../fixtures/fakes/github-secrets.ts";
import { serveJson } from "../../fixtures/fakes/http-server.ts";
import { deleteActionsSecret, findActionsSecret, writeActionsSecret } from "./actions-secret.ts";
import { sealBox } from "./sealed-box.ts";

async function github(): Promise<GitHubSecrets & { env: NodeJS.ProcessEnv }> {
  const server = await startGitHubSecrets({ "acme/infra": ["prod"] });
  onTestFinished(() => server.close());
  return { ...server, env: { GITHUB_API_URL: server.url, GITHUB_TOKEN: server.token } };
}

test.each([
  ["of a repository", { repository: "acme/infra", name: "TOKEN" }, "acme/infra/TOKEN"],
  [
    "of an environment",
    { repository: "acme/infra", environment: "prod", name: "TOKEN" },
    "acme/infra/prod/TOKEN",
  ],
])(
  "a secret %s is written so that GitHub can read it, found and deleted",
  async (_, secret, id) => {
    const { env, values } = await github();
    expect(await findActionsSecret(secret, env)).toBeUndefined();
    const written = await writeActionsSecret({ ...secret, value: "fixture-ü\n" }, env);
    expect(values.get(id)).toBe("fixture-ü\n");
    expect(await findActionsSecret(secret, env)).toEqual(written);
    await deleteActionsSecret(secret, env);
    await deleteActionsSecret(secret, env);
    expect(values.size).toBe(0);
  },
);

const secret = { repository: "acme/infra", name: "TOKEN" };

test.each<[string, NodeJS.ProcessEnv, RegExp]>([
  ["no token", { GITHUB_TOKEN: "" }, /neither GH_TOKEN nor GITHUB_TOKEN.*GITHUB_ACCESS_DENIED/],
  ["another token", { GITHUB_TOKEN: "fixture-wrong" }, /Bad credentials.*GITHUB_ACCESS_DENIED/],
  ["no GitHub", { GITHUB_API_URL: "http://127.0.0.1:9" }, /does not answer.*GITHUB_FAILED/],
])("with %s it says what to do, without the token", async (_, change, says) => {
  const { env } = await github();
  const failure = findActionsSecret(secret, { ...env, ...change });
  await expect(failure).rejects.toThrow(says);
  await expect(failure).rejects.not.toThrow("fixture-");
});

test.each([
  ["a repository", { repository: "acme/other", name: "TOKEN" }],
  ["an environment", { repository: "acme/infra", environment: "staging", name: "TOKEN" }],
])("%s that is not shown is told from a secret that is not there", async (_, hidden) => {
  const { env } = await github();
  for (const ask of [findActionsSecret, deleteActionsSecret]) {
    await expect(ask(hidden, env)).rejects.toThrow("[GITHUB_ACCESS_DENIED]");
  }
});

test("a repository that was renamed is found, and its token goes nowhere else", async () => {
  const seen: unknown[] = [];
  const elsewhere = await serveJson(({ headers }) => {
    seen.push(headers.authorization);
    return { status: 404, body: {} };
  });
  const moved = {
    "acme/old": "/repos/acme/infra",
    "acme/stolen": `${elsewhere.url}/repos/acme/infra`,
  };
  const server = await startGitHubSecrets({ "acme/infra": [] }, moved);
  onTestFinished(async () => void (await Promise.all([server.close(), elsewhere.close()])));
  const env = { GITHUB_API_URL: server.url, GITHUB_TOKEN: server.token };
  const renamed = { repository: "acme/old", name: "TOKEN" };
  const written = await writeActionsSecret({ ...renamed, value: "fixture" }, env);
  expect(server.values.get("acme/infra/TOKEN")).toBe("fixture");
  expect(await findActionsSecret(renamed, env)).toEqual(written);
  await deleteActionsSecret(renamed, env);
  expect(server.values.size).toBe(0);
  const stolen = findActionsSecret({ repository: "acme/stolen", name: "TOKEN" }, env);
  await expect(stolen).rejects.toThrow("[GITHUB_ACCESS_DENIED]");
  expect(seen).toEqual([undefined, undefined]);
});

test("a box is one of libsodium's", () => {
  // Made by libsodium 0.8 for the key of 32 sevens.
  const [key, publicKey, box] = [
    "L605/v1/o+IAqcYm7vWZ5hotBVxIqCiKTn5MS8o5KPg=",
    "dh2I7IMEE5Gd/p1NHVbxfmU8jJlAgt9bE3uQoK5u33Q=",
    "qOonSZpfad9ApjATmy/ALi24zu+4744FzBIBgCJFYgM0LnuBPbnJYvK7rFMT4PlXdCArtBbgQd91bVmXjReHmmM=",
  ].map((text) => new Uint8Array(Buffer.from(text, "base64")));
  if (key === undefined || publicKey === undefined || box === undefined) throw new Error();
  expect(openBox(box, key)).toBe("made by libsodium");
  expect(openBox(sealBox("made here", publicKey), key)).toBe("made here");
  expect(sealBox("once", publicKey)).not.toEqual(sealBox("once", publicKey));
});

test("a secret that GitHub took is written, whatever it says next", async () => {
  const { env, values } = await github();
  const real = fetch;
  vi.stubGlobal("fetch", async (to: string, init: RequestInit) =>
    init.method === "GET" && values.size > 0 ? new Response("", { status: 502 }) : real(to, init),
  );
  onTestFinished(() => void vi.unstubAllGlobals());
  expect(await writeActionsSecret({ ...secret, value: "fixture" }, env)).toEqual({
    writtenAt: "unknown",
  });
});
