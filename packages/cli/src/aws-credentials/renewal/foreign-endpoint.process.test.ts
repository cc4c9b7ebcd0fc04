import { afterEach, beforeEach, expect, test } from "vitest";
import { type CredentialsRig, createCredentialsRig } from "../../../fixtures/credentials-rig.ts";
import { type FakeSts, startFakeSts } from "../../../fixtures/fake-sts.ts";
import { base64, inSeconds, scriptedSession } from "../../../fixtures/scripted-session.ts";

let rig: CredentialsRig;
let localStack: FakeSts;
beforeEach(async () => {
  rig = await createCredentialsRig();
  localStack = await startFakeSts("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP");
});
afterEach(async () => {
  await localStack.stop();
  await rig.remove();
});

const ask = (env: Record<string, string>) => {
  const itemArgs = ["--item", "AWS Access Key", "--vault", "Engineering"];
  return rig.opconnect(["aws-credentials", ...itemArgs], env);
};

test("AWS_ENDPOINT_URL, which is set for other services, gets neither code nor key", async () => {
  const { stderr, exitCode } = await ask({ AWS_ENDPOINT_URL: localStack.url });
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  expect(localStack.calls).toEqual([]);
  expect(rig.sts.calls).toHaveLength(1);
  expect(await rig.field("session_cache")).toBeDefined();
});

test("a session from elsewhere than AWS is handed out, and never enters the item", async () => {
  const { stdout, stderr } = await ask({ AWS_ENDPOINT_URL_STS: localStack.url });
  expect(JSON.parse(stdout).AccessKeyId).toBe("ASIAFIXTURE000000001");
  expect(stderr).toMatch(/not kept.*127\.0\.0\.1:\d+, .* is not AWS.*\[AWS_CACHE_FAILED\]/);
  expect(rig.sts.calls).toEqual([]);
  expect((await rig.readItem()).version).toBe(1);
});

test("who asks elsewhere does not get the item's session of AWS", async () => {
  await rig.setField("session_cache", base64(scriptedSession(inSeconds(600))));
  const { stdout } = await ask({ AWS_ENDPOINT_URL_STS: localStack.url });
  expect(JSON.parse(stdout).AccessKeyId).toBe("ASIAFIXTURE000000001");
  expect(localStack.calls).toHaveLength(1);
});

test("another address of AWS is as good as that of the region", async () => {
  const AWS_ENDPOINT_URL_STS = "https://sts.eu-central-1.amazonaws.com";
  const { stderr, exitCode } = await ask({ AWS_ENDPOINT_URL_STS });
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  expect(await rig.field("session_cache")).toBeDefined();
});

test.each([
  ["http://localstack.example:4566", "localstack.example:4566"],
  ["http://marker:secret@10.0.0.7:4566", "10.0.0.7:4566"],
  ["http://sts.us-east-1.amazonaws.com", "sts.us-east-1.amazonaws.com"],
])("codes go to no other machine in clear, such as %s", async (AWS_ENDPOINT_URL_STS, host) => {
  const { stdout, stderr, exitCode } = await ask({ AWS_ENDPOINT_URL_STS });
  expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 64 });
  expect(stderr).toContain(`http://${host}`);
  expect(stderr).toMatch(/AWS_ENDPOINT_URL_STS.*\[ARGUMENT_INVALID\]/);
  expect(stderr).not.toContain("marker");
  expect(await rig.newOpCalls()).toEqual([]);
});

test("what is no address at all is not repeated", async () => {
  const { stderr } = await ask({ AWS_ENDPOINT_URL_STS: "marker-secret" });
  expect(stderr).toMatch(/AWS_ENDPOINT_URL_STS is no https:\/\/ address.*\[ARGUMENT_INVALID\]/);
  expect(stderr).not.toContain("marker");
});
