import { expect, test } from "vitest";
import { certificateNotes, findCertificate } from "./find.ts";
import { awaitGiven, findGiven } from "./given.ts";
import { makeCertificate } from "./make.ts";

const now = new Date("2026-12-01T12:00:00Z");
const place = { namespace: "ns", name: "tls" };
const pair = { ...place, trust: "trust" };

function metadata({
  expires = "2027-12-01T12:00:00.000Z",
  manager = "opconnect",
  key = "tls.key",
  own = "tls.crt",
} = {}) {
  const field = (owner: string, data: string) => ({
    manager: owner,
    operation: "Apply",
    time: "2026-11-01T00:00:00Z",
    fieldsV1: { "f:data": { [`f:${data}`]: {} } },
  });
  return {
    readSecretMetadata: async (): Promise<unknown> => ({
      metadata: {
        uid: "uid",
        labels: { "app.kubernetes.io/managed-by": "opconnect" },
        annotations: {
          [certificateNotes.fingerprint]: "f",
          ...(expires !== "" && { [certificateNotes.expiresAt]: expires }),
        },
        managedFields: [field("opconnect", own), field(manager, key)],
      },
    }),
  };
}

test.each([
  ["of a good one is none", {}, undefined],
  [
    "with a third of a year left is due",
    { expires: "2027-04-01T00:00:00Z" },
    /expires on 2027-04-01, and less than a third of its life is left$/,
  ],
  ["after its end is due", { expires: "2026-11-30T00:00:00Z" }, /expired on 2026-11-30$/],
  [
    "is due where a person has changed the key",
    { manager: "kubectl-edit" },
    /ns\/tls was changed by hand$/,
  ],
  ["is due where a person has taken the note off", { expires: "" }, /changed by hand$/],
  ["is due where the note is no date", { expires: "soon" }, /changed by hand$/],
])("a renewal %s", async (_, given, reason) => {
  const { renewal, fingerprint } = await findCertificate(metadata(given), pair, now);
  expect(fingerprint).toBe("f");
  if (reason === undefined) expect(renewal).toBeUndefined();
  else expect(renewal).toMatch(reason);
});

test("a renewal is due where the Secret is gone", async () => {
  const gone = { readSecretMetadata: async () => undefined };
  expect(await findCertificate(gone, pair, now)).toMatchObject({
    renewal: "the Secret ns/tls is gone",
  });
});

test("a renewal is due where what callers trust is gone, or was changed", async () => {
  const of = (trusted: ReturnType<typeof metadata> | undefined) => ({
    readSecretMetadata: async ({ name }: { readonly name: string }) =>
      (name === "trust" ? trusted : metadata())?.readSecretMetadata(),
  });
  expect((await findCertificate(of(undefined), pair, now)).renewal).toBe(
    "the Secret ns/trust is gone",
  );
  const edited = metadata({ key: "tls.crt", manager: "kubectl-edit", own: "ca.crt" });
  expect((await findCertificate(of(edited), pair, now)).renewal).toBe(
    "the Secret ns/trust was changed by hand",
  );
});

test("of a Secret that somebody else renews, the last change of its data shows", async () => {
  expect(await findGiven(metadata(), place)).toBe("uid 2026-11-01T00:00:00.000Z");
  expect(await findGiven({ readSecretMetadata: async () => undefined }, place)).toBeUndefined();
});

test("a Secret that is none of a certificate is refused by its metadata already", async () => {
  await expect(findGiven(metadata({ key: "token" }), place)).rejects.toMatchObject({
    code: "ARGUMENT_INVALID",
    happened: "`tls.secret` names the Secret ns/tls, which has no tls.key.",
  });
});

const patience = { limitMs: 20, pollMs: 1 };
const given = { ...place, host: "acme-prod-connect" };

async function held(dnsNames: readonly string[]) {
  const { certificate } = await makeCertificate({ dnsNames, now });
  const data = { "tls.crt": Buffer.from(certificate).toString("base64") };
  return { readSecret: async () => ({ data }) };
}

test("a certificate that somebody else makes is waited for", async () => {
  let looks = 0;
  const { readSecret } = await held(["acme-prod-connect"]);
  const late = {
    readSecret: async () => {
      looks += 1;
      return looks < 3 ? undefined : readSecret();
    },
  };
  expect(await awaitGiven(late, given, { limitMs: 5_000, pollMs: 1 }, now)).toMatchObject({
    expiresAt: new Date("2027-12-01T12:00:00Z"),
  });
});

test.each([
  ["does not come", async () => ({ readSecret: async () => undefined }), now, /is not there/],
  [
    "has none",
    async () => ({ readSecret: async () => ({ data: {} }) }),
    now,
    /no certificate in tls.crt/,
  ],
  [
    "has one for another name",
    () => held(["other"]),
    now,
    /for other, and the operator calls acme-prod-connect/,
  ],
  [
    "has one that has ended",
    () => held(["acme-prod-connect"]),
    new Date("2028-01-01"),
    /expired on 2027-12-01/,
  ],
])("a Secret that %s is refused", async (_, make, then, happened) => {
  await expect(awaitGiven(await make(), given, patience, then)).rejects.toMatchObject({
    code: "ARGUMENT_INVALID",
    happened: expect.stringMatching(happened),
  });
});
