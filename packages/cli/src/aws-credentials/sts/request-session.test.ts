import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { startFakeSts } from "../../../fixtures/fake-sts.ts";
import { stsEndpoint } from "../session/sts-endpoint.ts";
import { requestSession } from "./request-session.ts";

const credentials = { accessKeyId: "AKIAFIXTURE", secretAccessKey: "fixture-secret-access-key" };
const { signal } = new AbortController();

test("a session is asked for at the address that the environment names for STS", async () => {
  const sts = await startFakeSts("JBSWY3DPEHPK3PXP");
  onTestFinished(() => sts.stop());
  const env = { AWS_ENDPOINT_URL: "http://127.0.0.1:9", AWS_ENDPOINT_URL_STS: sts.url };
  const endpoint = stsEndpoint("us-east-1", env);
  const request = { credentials, region: "us-east-1", endpoint, durationSeconds: 900 };
  const { answer: session, clockBehindSeconds } = await requestSession(request, { env, signal });
  expect(session.accessKeyId).toBe("ASIAFIXTURE000000001");
  expect(Math.abs(clockBehindSeconds)).toBeLessThan(5);
  expect(sts.calls[0]?.parameters).toMatchObject({ DurationSeconds: "900" });
});

test.each([
  ["eu-central-1", "sts.eu-central-1.amazonaws.com"],
  ["cn-north-1", "sts.cn-north-1.amazonaws.com.cn"],
])("without one, STS of %s is asked, through the proxy if there is one", async (region, host) => {
  const asked: (string | undefined)[] = [];
  const proxy = createServer().on("connect", (request, socket) => {
    asked.push(request.url);
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  onTestFinished(() => void proxy.close());
  const env = { HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
  const request = { credentials, region, endpoint: stsEndpoint(region, {}) };
  await expect(requestSession(request, { env, signal })).rejects.toThrow("[AWS_STS_UNREACHABLE]");
  expect(new Set(asked)).toEqual(new Set([`${host}:443`]));
});

test("a secret that STS quotes is left out of the error", async () => {
  const sts = await startFakeSts("JBSWY3DPEHPK3PXP");
  onTestFinished(() => sts.stop());
  const message = `The key ${credentials.secretAccessKey} is wrong`;
  sts.refusals.push({ status: 403, code: "AccessDenied", message });
  const endpoint = stsEndpoint("us-east-1", { AWS_ENDPOINT_URL_STS: sts.url });
  const request = { credentials, region: "us-east-1", endpoint };
  await expect(requestSession(request, { env: {}, signal })).rejects.toThrow(
    "AccessDenied: The key <redacted> is wrong.",
  );
});
