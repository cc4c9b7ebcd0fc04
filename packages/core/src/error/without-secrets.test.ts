import { expect, test } from "vitest";
import { fixtureToken } from "../../../provision/fixtures/data/connect-token.ts";
import { ConnectError } from "./connect-error.ts";
import { quote } from "./quote.ts";
import { withoutSecrets } from "./without-secrets.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const pem = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIMarker+/\n-----END EC PRIVATE KEY-----";
const kubeconfig = "apiVersion: v1\nkind: Config\nusers: [{ user: { token: marker } }]\n";
const credentials = JSON.stringify({ verifier: { salt: "marker" }, version: "2" });

/** Each holds `Marker` or `marker` in clear, or as base64 tells it. */
const secrets: readonly (readonly [what: string, secret: string])[] = [
  ["a Connect token", fixtureToken({ id: "fixturetoken", serverId: "SERVER", vaults: [] })],
  ["a token of a service account", `ops_${base64('{"signInAddress":"marker"}')}`],
  ["an identity of age", "AGE-SECRET-KEY-1MARKER7Q0QNK6ZJ6PS3Q"],
  ["an identity of age in small letters", "age-secret-key-1marker7q0qnk6zj6ps3q"],
  ["a private key", pem],
  ["a private key on one line", pem.replaceAll("\n", "\\n")],
  ["a private key in base64", base64(pem)],
  ["a kubeconfig in base64", base64(kubeconfig)],
  ["a kubeconfig in base64 that begins otherwise", base64(`---\n${kubeconfig}`)],
  ["a credentials file in base64", base64(credentials)],
  ["a credentials file in base64, twice", base64(base64(credentials))],
  ["a seed of one-time passwords", "otpauth://totp/AWS:marker?secret=JBSWY3DPEHPK3PXP"],
  ["an access key id", "AKIAMARKERMARKER2345"],
];

test.each(secrets)("%s is taken out behind a digit or a letter too", (_, secret) => {
  expect(withoutSecrets(`--duration 0${secret} after`)).toBe("--duration 0<redacted> after");
  expect(withoutSecrets(`--itemX${secret} after`)).toBe("--itemX<redacted> after");
});

test.each(secrets)("%s is taken out, whole or cut, and the rest stays", (_, secret) => {
  expect(withoutSecrets(`before "${secret}" after`)).toBe('before "<redacted>" after');
  expect(withoutSecrets(`x=${secret}`)).toBe("x=<redacted>");
  expect(withoutSecrets(JSON.stringify(`\n${secret}`))).toBe('"\\n<redacted>"');
  const cut = withoutSecrets(`before ${secret.slice(0, -6)}`);
  expect(cut).toBe("before <redacted>");
});

test.each([
  ["https://user:marker@api.example.com:6443/x", "https://<redacted>@api.example.com:6443/x"],
  ["https://ghp_marker@github.com", "https://<redacted>@github.com"],
  ["http://user:mar/ker@proxy:3128", "http://user:<redacted>@proxy:3128"],
  ["client-key-data: bWFya2Vy", "client-key-data: <redacted>"],
  ['"client-certificate-data":"bWFya2Vy"}', '"client-certificate-data":"<redacted>"}'],
  ["aws_secret_access_key = marker/x", "aws_secret_access_key = <redacted>"],
  ["0SecretAccessKey=marker/x", "0SecretAccessKey=<redacted>"],
  ['{"SessionToken":"marker/x="}', '{"SessionToken":"<redacted>"}'],
  ["user: { password: marker }", "user: { password: <redacted> }"],
  ["otpauth://totp/x?secret=marker,password: marker", "<redacted> <redacted>"],
  ["https://share.1password.com/s#marker", "https://share.1password.com/<redacted>"],
])("%s keeps what is none", (text, shown) => {
  expect(withoutSecrets(text)).toBe(shown);
});

test.each([
  'There is no vault "ops_shared" beside /home/Me/Projects2/Acme-Prod/opconnect/store/folder.',
  "arn:aws:secretsmanager:eu-central-1:123456789012:secret:opconnect/acme/prod/operator-token-AbCd12",
  "JN7PR4ZBDVC5JGZ3Q3YDZD7LIY gshl4qpfsbnfpcmyyltlxvqapa age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
  "https://api.example.com:6443/api/v1 s3://state?region=eu-central-1&profile=acme-prod",
  "Compare the secret access key in the item with the access key id next to it.",
  "The Secret in acme-prod-1password: HTTP 401. 1Password: no answer.",
  "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
])("names, ids, paths and addresses stay: %s", (text) => {
  expect(withoutSecrets(text)).toBe(text);
});

test.each(secrets)("an error's text never holds %s, whatever was put in", (_, secret) => {
  const error = new ConnectError("OP_FAILED", `No ${secret}.`, `Not ${quote(secret)} either.`);
  const shown = [error.message, error.happened, error.remedy, error.stack].join("\n");
  expect(shown).not.toContain(secret.slice(8, 20));
  expect(error.message).toMatch(/\[OP_FAILED\]$/);
});
