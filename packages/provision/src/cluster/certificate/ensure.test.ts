import { beforeEach, expect, test } from "vitest";
import type { V1Secret } from "../kubernetes-client.ts";
import { ensureCertificate, observeCertificate } from "./ensure.ts";
import { certificatesIn } from "./facts.ts";
import { makeCertificate } from "./make.ts";

const now = new Date("2026-12-01T12:00:00Z");
const day = 86_400_000;
const dnsNames = ["acme-prod-connect", "acme-prod-connect.ns"];
const wanted = { namespace: "ns", name: "tls", trust: "trust", dnsNames };

let secrets: Map<string, V1Secret>;
let written: string[];
beforeEach(() => {
  secrets = new Map();
  written = [];
});

const api = {
  readSecret: async ({ name }: { readonly name: string }) => secrets.get(name),
  async applySecret(body: V1Secret) {
    const name = body.metadata?.name ?? "";
    written.push(name);
    secrets.set(name, structuredClone(body));
    return body;
  },
};

function valueIn(name: string, key = "tls.crt"): string {
  return Buffer.from(secrets.get(name)?.data?.[key] ?? "", "base64").toString();
}

function change(name: string, key: string, value: string): void {
  const secret = secrets.get(name);
  if (secret?.data) secret.data[key] = Buffer.from(value).toString("base64");
}

test("a certificate and its key go into a Secret of their type, and the certificate alone to who trusts it", async () => {
  const made = await ensureCertificate(api, wanted, now);
  expect(secrets.get("tls")).toMatchObject({
    type: "kubernetes.io/tls",
    metadata: {
      labels: { "app.kubernetes.io/managed-by": "opconnect" },
      annotations: {
        "opconnect/certificate-fingerprint": made.fingerprint,
        "opconnect/certificate-expires": "2027-12-01T12:00:00.000Z",
      },
    },
  });
  expect(valueIn("tls", "tls.key")).toMatch(/^-----BEGIN PRIVATE KEY-----/);
  expect(Object.keys(secrets.get("trust")?.data ?? {})).toEqual(["tls.crt"]);
  expect(valueIn("trust")).toBe(made.certificate);
  expect(made.dnsNames).toEqual(dnsNames);
  expect(JSON.stringify(made)).not.toContain("PRIVATE");
  expect(await observeCertificate(api, wanted)).toEqual({ fingerprint: made.fingerprint });
});

test("one that is good is kept, by whichever machine, until a third of its life is left", async () => {
  const { fingerprint } = await ensureCertificate(api, wanted, now);
  for (const days of [0, 100, 243]) {
    const kept = await ensureCertificate(api, wanted, new Date(now.getTime() + days * day));
    expect(kept.fingerprint, `after ${days} days`).toBe(fingerprint);
  }
  const renewed = await ensureCertificate(api, wanted, new Date(now.getTime() + 244 * day));
  expect(renewed.fingerprint).not.toBe(fingerprint);
});

test("of a renewal callers trust both before the new one is served, and no third", async () => {
  const first = await ensureCertificate(api, wanted, now);
  written = [];
  const second = await ensureCertificate(api, wanted, new Date(now.getTime() + 300 * day));
  expect(written).toEqual(["trust", "tls"]);
  expect(valueIn("trust")).toBe(second.certificate + first.certificate);
  // Kept is also what they trust.
  await ensureCertificate(api, wanted, new Date(now.getTime() + 301 * day));
  expect(valueIn("trust")).toBe(second.certificate + first.certificate);
  const third = await ensureCertificate(api, wanted, new Date(now.getTime() + 600 * day));
  expect(certificatesIn(valueIn("trust"))).toEqual([third.certificate, second.certificate]);
});

test.each([
  ["its names are others", async () => {}, { dnsNames: ["acme-two-connect"] }],
  [
    "a person has put another certificate in",
    async () => {
      const other = await makeCertificate({ dnsNames, now });
      change("tls", "tls.crt", other.certificate);
      change("tls", "tls.key", other.key);
    },
    {},
  ],
  [
    "its key is another's",
    async () => {
      change("tls", "tls.key", (await makeCertificate({ dnsNames, now })).key);
    },
    {},
  ],
  ["its Secret is empty", async () => change("tls", "tls.crt", ""), {}],
  ["its Secret is gone", async () => void secrets.delete("tls"), {}],
  ["what its callers trust is gone", async () => void secrets.delete("trust"), {}],
  ["its callers trust another", async () => change("trust", "tls.crt", "none"), {}],
  [
    "its end is noted as near",
    async () => {
      const { annotations = {} } = secrets.get("tls")?.metadata ?? {};
      annotations["opconnect/certificate-expires"] = "2026-12-24T12:00:00Z";
    },
    {},
  ],
])("another one is made where %s", async (_, disturb, change) => {
  const { fingerprint } = await ensureCertificate(api, wanted, now);
  await disturb();
  const renewed = await ensureCertificate(api, { ...wanted, ...change }, now);
  expect(renewed.fingerprint).not.toBe(fingerprint);
  expect(await observeCertificate(api, wanted)).toEqual({ fingerprint: renewed.fingerprint });
});

test.each(["tls", "trust"])(
  "a Secret %s that is another's is refused, before any is written",
  async (name) => {
    secrets.set(name, { metadata: { name, namespace: "ns", labels: { app: "theirs" } } });
    await expect(ensureCertificate(api, wanted, now)).rejects.toMatchObject({
      code: "CLUSTER_SECRET_FOREIGN",
    });
    expect(written).toEqual([]);
  },
);
