import { stripVTControlCharacters } from "node:util";
import { afterEach, expect, test } from "vitest";
import { renderFindings } from "./render-findings.ts";

const { columns } = process.stdout;
afterEach(() => {
  process.stdout.columns = columns;
});

test("at a narrow terminal a long name has a line of its own, and nothing is wider", () => {
  process.stdout.columns = 80;
  const subject = "acme-prod-1password/acme-prod-connect-operator";
  const happened = "It is present as deployed. Whether the network enforces it is not seen here.";
  const text = renderFindings([
    { check: "network-policy", subject, status: "ok", happened },
    { check: "cluster", status: "ok", happened: "It answers." },
  ]);
  expect(
    stripVTControlCharacters(text),
  ).toBe(`✔ NetworkPolicy acme-prod-1password/acme-prod-connect-operator
                                        It is present as deployed. Whether the
                                        network enforces it is not seen here.
✔ Cluster                               It answers.

Everything is in place.
`);
});

test("each check has its line, and below a failure stands what to do", () => {
  const text = renderFindings([
    { check: "op-sign-in", status: "ok", happened: "Signed in.", remedy: "Not shown." },
    {
      check: "vault-access",
      subject: "acme-prod-app",
      status: "failed",
      happened: "You lack full access.",
      remedy: "Ask Ann.",
      code: "OP_VAULT_ACCESS",
    },
    { check: "cluster", status: "skipped", happened: "Not looked at." },
  ]);
  expect(stripVTControlCharacters(text)).toBe(`✔ Sign-in              Signed in.
✖ Vault acme-prod-app  You lack full access. [OP_VAULT_ACCESS]
                       → Ask Ann.
- Cluster              Not looked at.

1 of 3 checks failed, 1 not looked at.
`);
});
