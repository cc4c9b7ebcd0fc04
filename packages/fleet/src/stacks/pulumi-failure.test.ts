import { expect, test } from "vitest";
import { pulumiFailure } from "./pulumi-failure.ts";

// As engine 3.250 printed them.
test.each([
  [
    "error: getting stack configuration: get stack secrets manager: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables",
    "PULUMI_PASSPHRASE_MISSING",
  ],
  [
    "error: getting stack configuration: get stack secrets manager: incorrect passphrase",
    "PULUMI_PASSPHRASE_MISSING",
  ],
  [
    'error: performing HTTP request: Get "http://127.0.0.1:9/api/user": dial tcp 127.0.0.1:9: connect: connection refused',
    "PULUMI_BACKEND_UNREACHABLE",
  ],
  [
    'error: read ".pulumi/meta.yaml": blob (key ".pulumi/meta.yaml") (code=Unknown): operation error S3: GetObject, get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found',
    "PULUMI_BACKEND_UNREACHABLE",
  ],
  [
    "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
    "PULUMI_BACKEND_UNREACHABLE",
  ],
  [
    "error: unable to open bucket file:///nowhere/x?no_tmp_dir=true: stat /nowhere/x: no such file or directory",
    "PULUMI_BACKEND_UNREACHABLE",
  ],
  ["error: no stack named 'nope' found", "STACK_NOT_FOUND"],
  ["error: the stack is currently locked by 1 lock(s).", "PULUMI_STACK_LOCKED"],
  ["error: something else with s3cr3t", "PULUMI_FAILED"],
  [
    "error: validating stack config: Stack 'one' is missing configuration value 's3cr3t'",
    "PULUMI_FAILED",
  ],
])("%j is %s, and nothing of it is shown", (stderr, code) => {
  const failure = pulumiFailure(stderr, "The preview of acme-prod");
  expect(failure.code).toBe(code);
  expect(JSON.stringify(failure)).not.toMatch(/s3cr3t|127\.0\.0\.1|nowhere/);
});
