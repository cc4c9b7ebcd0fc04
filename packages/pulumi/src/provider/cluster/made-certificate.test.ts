import { ConnectError } from "@opconnect/core";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { beforeEach, expect, test, vi } from "vitest";
import { madeCertificate } from "../../provider.ts";
import * as given from "./given-certificate.ts";
import * as made from "./made-certificate.ts";

const certificates = { find: vi.fn(), ensure: vi.fn(), findGiven: vi.fn(), awaitGiven: vi.fn() };
vi.mock("./target.ts", async (importTarget) => ({
  ...(await importTarget()),
  connectSame: async () => ({ certificates }),
}));

beforeEach(() => {
  vi.resetAllMocks();
});

const expiresAt = new Date("2027-12-01T12:00:00Z");
const inputs = {
  clusterUid: "uid",
  namespace: "acme-prod-1password",
  name: "acme-prod-connect-tls",
  trust: "acme-prod-connect-trust",
  dnsNames: ["acme-prod-connect"],
  holder: "urn:certificate",
};
const state = { ...inputs, fingerprint: "f", claim: "c" };
const denied = new ConnectError("CLUSTER_ACCESS_DENIED", "No.", "Allow it.");
const foreign = new ConnectError("CLUSTER_SECRET_FOREIGN", "Another's.", "Rename it.");

test("a certificate that is good changes nothing, and what a preview needs of it is known", async () => {
  certificates.find.mockResolvedValue({ renewal: undefined, fingerprint: "f", expiresAt });
  const { inputs: checked } = await made.check(inputs, inputs, {});
  expect(checked).toEqual({ ...inputs, fingerprint: "f", expiresAt: expiresAt.toISOString() });
  expect(await madeCertificate.diff("id", state, { ...checked })).toMatchObject({ changes: false });
});

test("a renewal that is due shows as a change in place, with why, and is no more one afterwards", async () => {
  const renewal =
    "the certificate expires on 2027-01-31, and less than a third of its life is left";
  certificates.find.mockResolvedValue({ renewal, fingerprint: "f", expiresAt });
  const { inputs: checked } = await made.check(inputs, inputs, {});
  expect(checked).toEqual({ ...inputs, renewal });
  expect(await madeCertificate.diff("id", state, { ...checked })).toEqual({
    changes: true,
    replaces: [],
  });
  const facts = { certificate: "PEM", fingerprint: "g", expiresAt, dnsNames: inputs.dnsNames };
  certificates.ensure.mockResolvedValue({ ...facts, claim: "c" });
  const updated = await made.work.update?.("id", state, { ...checked });
  expect(updated?.outs).toEqual({
    ...{ ...inputs, certificate: "PEM", fingerprint: "g" },
    ...{ expiresAt: expiresAt.toISOString(), claim: "c" },
  });
  const hold = { holder: "urn:certificate", claim: "c" };
  expect(certificates.ensure).toHaveBeenCalledWith(expect.objectContaining({ hold }));
});

test("of other names, the certificate to come is not known to a preview", async () => {
  certificates.find.mockResolvedValue({ renewal: undefined, fingerprint: "f", expiresAt });
  const news = { ...inputs, dnsNames: ["acme-two-connect"] };
  const { inputs: checked } = await made.check(inputs, news, {});
  expect(checked).toEqual(news);
  expect(await madeCertificate.diff("id", state, news)).toMatchObject({ changes: true });
});

test("of a new one nothing is due, and one of which the cluster is not known is not looked at", async () => {
  certificates.find.mockResolvedValue({ renewal: "the Secret is gone" });
  expect(await made.check({}, inputs, {})).toEqual({ inputs });
  const unknown = { ...inputs, clusterUid: unknownValue };
  expect(await made.check(inputs, unknown, {})).toEqual({ inputs: unknown });
  expect(certificates.find).toHaveBeenCalledOnce();
});

test("a Secret of another's is refused at preview, and one that may not be looked at is kept", async () => {
  certificates.find.mockRejectedValue(foreign);
  const { failures } = await made.check(inputs, inputs, {});
  expect(failures).toEqual([{ property: "name", reason: foreign.message }]);
  certificates.find.mockRejectedValue(denied);
  expect(await made.check(inputs, inputs, {})).toEqual({ inputs });
});

const ofAnother = { ...inputs, name: "connect-tls", host: "acme-prod-connect" };

test("a certificate of somebody else's shows when it is another, unless that may not be looked at", async () => {
  certificates.findGiven.mockResolvedValue("uid 2");
  const olds = { ...ofAnother, written: "uid 1" };
  expect((await given.check(olds, ofAnother, {})).inputs).toMatchObject({ written: "uid 2" });
  certificates.findGiven.mockRejectedValue(denied);
  expect((await given.check(olds, ofAnother, {})).inputs).toMatchObject({ written: "uid 1" });
});
