import { beforeAll, expect, test } from "vitest";
import { certificateFacts } from "../cluster/certificate/facts.ts";
import { makeCertificate } from "../cluster/certificate/make.ts";
import { judgeCertificate } from "./certificate.ts";

const now = new Date("2026-12-01T12:00:00Z");
let held = "";
let fingerprint = "";

beforeAll(async () => {
  held = (await makeCertificate({ dnsNames: ["acme-prod-connect"], now })).certificate;
  fingerprint = certificateFacts(held)?.fingerprint ?? "";
});

function judged(days: number, { isMade = true, of = fingerprint, pem = held } = {}) {
  const wanted = { namespace: "op", name: "connect-tls", fingerprint: of, isMade };
  const then = new Date(now.getTime() + days * 86_400_000);
  return judgeCertificate(wanted, pem, then);
}

test.each([
  ["is fine for most of its life", 300, "ok", /holds until 2027-12-01T12:00:00.000Z, for 65 days/],
  ["is warned about in its last month", 336, "warning", /for 29 days/],
  ["fails with its end", 365, "failed", /expired at 2027-12-01/],
])("a certificate %s", (_, days, status, happened) => {
  const finding = judged(days);
  expect(finding).toMatchObject({ status, happened: expect.stringMatching(happened) });
  if (status !== "ok") expect(finding.remedy).toMatch(/`pulumi up`/);
});

test("another one than was deployed is wrong where opconnect makes it, else not served yet", () => {
  expect(judged(0, { of: "0".repeat(64) })).toMatchObject({ status: "failed" });
  expect(judged(0, { of: "0".repeat(64), isMade: false })).toMatchObject({
    status: "warning",
    remedy: expect.stringMatching(/serve the former one until/),
  });
});

test("a Secret without a certificate fails", () => {
  expect(judged(0, { pem: "nothing" })).toMatchObject({
    status: "failed",
    happened: "There is no certificate in the Secret connect-tls in the namespace op.",
  });
});
