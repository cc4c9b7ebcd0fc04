import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { renderFindings } from "./render-findings.ts";

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
