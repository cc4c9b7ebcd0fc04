import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openSource } from "./open-source.ts";

const yaml = (data: string) => `github:
    token: ENC[AES256_GCM,data:${data},iv:eA==,tag:eA==,type:str]
plain_unencrypted: word
sops:
    version: 3.13.3
`;

/** A file as sops writes it, and a `sops` of its own; the end-to-end suite has the real one. */
async function place(script: string, content = yaml("eA==")) {
  const folder = await mkdtemp(join(tmpdir(), "sops-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const sopsFile = join(folder, "secrets.enc.yaml");
  await writeFile(sopsFile, content);
  await writeFile(join(folder, "sops"), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, "sops"), 0o755);
  const env = {
    ...{ PATH: `${folder}:/bin:/usr/bin`, HERE: folder, SOPS_AGE_KEY_FILE: "key" },
    ...{ GITHUB_TOKEN: "x", OP_SERVICE_ACCOUNT_TOKEN: "x", PULUMI_CONFIG_PASSPHRASE: "x" },
  };
  return { folder, sopsFile, env };
}

const key = ["github", "token"];

test("sops is asked for one value, and gets nobody else's credentials", async () => {
  const script = `env >"$HERE/env"; printf '%s\\n' "$@" >"$HERE/args"; printf 'fixture\\n\\n'`;
  const { folder, sopsFile, env } = await place(script);
  const { value } = await openSource({ sopsFile, key }, env).read();
  expect(value).toBe("fixture\n\n");
  const args = await readFile(join(folder, "args"), "utf8");
  expect(args).toBe(`--decrypt\n--extract\n["github"]["token"]\n${sopsFile}\n`);
  const given = await readFile(join(folder, "env"), "utf8");
  expect(given).toContain("SOPS_AGE_KEY_FILE=key");
  expect(given).not.toMatch(/GITHUB_TOKEN|OP_SERVICE|PULUMI_/);
});

test("the version is that of what is encrypted, and needs no sops", async () => {
  const { sopsFile } = await place("exit 1");
  const source = openSource({ sopsFile, key }, { PATH: "" });
  const version = await source.version();
  expect(await source.version()).toBe(version);
  await writeFile(sopsFile, yaml("eQ=="));
  expect(await source.version()).not.toBe(version);
  await expect(source.read()).rejects.toThrow("[SOPS_NOT_INSTALLED]");
});

test("JSON is read too", async () => {
  const content = JSON.stringify({ github: { token: "ENC[AES256_GCM,data:eA==]" }, sops: {} });
  const { sopsFile, env } = await place("printf x", content);
  expect(await openSource({ sopsFile, key }, env).read()).toMatchObject({ value: "x" });
});

test.each<[string, string, readonly string[], RegExp]>([
  ["no file of sops", "a: b", key, /no YAML or JSON that sops has encrypted/],
  ["no YAML", "a: [", key, /no YAML or JSON/],
  ["nothing at the key", yaml("eA=="), ["github", "tokens"], /has nothing at "github.tokens"/],
  ["a part of the file", yaml("eA=="), ["github"], /is no encrypted value/],
  ["a value that is not encrypted", yaml("eA=="), ["plain_unencrypted"], /is no encrypted value/],
  ["a key that every object has", yaml("eA=="), ["github", "constructor"], /has nothing at/],
])("%s is refused without sops, and quotes no value", async (_, content, at, says) => {
  const { sopsFile } = await place("exit 1", content);
  const failure = openSource({ sopsFile, key: at }, { PATH: "" }).version();
  await expect(failure).rejects.toThrow(says);
  await expect(failure).rejects.not.toThrow("word");
});

test("what sops says is told, without what looks like a secret", async () => {
  const script = "echo 'MAC mismatch for AGE-SECRET-KEY-1FIXTURE' >&2; exit 51";
  const { sopsFile, env } = await place(script);
  const failure = openSource({ sopsFile, key }, env).read();
  await expect(failure).rejects.toThrow(/MAC mismatch for <redacted>.*\[SOPS_FAILED\]/);
});

test("an empty value is refused", async () => {
  const { sopsFile, env } = await place("true");
  await expect(openSource({ sopsFile, key }, env).read()).rejects.toThrow(/is empty/);
});

test("a file that is not there is refused", async () => {
  const failure = openSource({ sopsFile: "/nowhere/x.yaml", key }, {}).version();
  await expect(failure).rejects.toThrow(
    /There is no file "\/nowhere\/x.yaml".*SECRET_FIELD_INVALID/,
  );
});

test("a value is delivered byte for byte", async () => {
  const { sopsFile, env } = await place(`printf '\\357\\273\\277"q" ENC[\\r\\n\\n'`);
  const { value } = await openSource({ sopsFile, key }, env).read();
  expect(value).toBe('\uFEFF"q" ENC[\r\n\n');
});

test("what is binary is refused: not all of it would arrive", async () => {
  const { sopsFile, env } = await place(`printf 'hunter\\377\\376'`);
  const failure = openSource({ sopsFile, key }, env).read();
  await expect(failure).rejects.toThrow(/is no text.*SECRET_FIELD_INVALID/);
  await expect(failure).rejects.not.toThrow("hunter");
});
