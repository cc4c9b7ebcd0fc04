import { expect, test } from "vitest";
import { stsEndpoint } from "./sts-endpoint.ts";

test.each([
  "https://sts.amazonaws.com",
  "https://sts.us-gov-west-1.amazonaws.com",
  "https://sts-fips.us-east-1.amazonaws.com/",
  "https://sts.cn-north-1.amazonaws.com.cn",
  "https://sts.eu-central-1.api.aws",
  "https://sts.eusc-de-east-1.amazonaws.eu",
  "https://vpce-0a1b2c3d-x9.sts.eu-central-1.vpce.amazonaws.com",
])("%s is AWS", (url) => {
  expect(stsEndpoint("us-east-1", { AWS_ENDPOINT_URL_STS: url }).isAws).toBe(true);
});

test.each([
  "http://localhost:4566",
  "http://127.0.0.1:4566",
  "http://[::1]:4566",
  "https://localhost.localstack.cloud:4566",
  "https://sts.us-east-1.amazonaws.com:8443",
  "https://sts.us-east-1.amazonaws.com.example.com",
  "https://sts.us-east-1.amazonaws.com@example.com",
  "https://example.com/sts.us-east-1.amazonaws.com",
  "https://sts.s3.amazonaws.com",
  "https://abc.execute-api.us-east-1.amazonaws.com",
  "https://vpce-0a1b.vpce-svc-0123.us-east-1.vpce.amazonaws.com",
])("%s is not AWS", (url) => {
  expect(stsEndpoint("us-east-1", { AWS_ENDPOINT_URL_STS: url }).isAws).toBe(false);
});

test("without one it is AWS in the region, whatever is set for other services", () => {
  const env = { AWS_ENDPOINT_URL: "http://127.0.0.1:4566", AWS_ENDPOINT_URL_STS: "" };
  expect(stsEndpoint("cn-north-1", env)).toEqual({
    url: "https://sts.cn-north-1.amazonaws.com.cn",
    isAws: true,
  });
});
