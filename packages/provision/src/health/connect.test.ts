import { expect, test } from "vitest";
import { type ConnectAnswer, judgeConnect } from "./connect.ts";

const app = { id: "vaultaaaaaaaaaaaaaaaaaaaaa", name: "acme-prod-app" };
const data = { id: "vaultbbbbbbbbbbbbbbbbbbbbb", name: "acme-prod-data" };
const pod = (vaults: ConnectAnswer["vaults"]) => ({ pod: "connect-1", vaults });

test.each<[string, ConnectAnswer[], string, RegExp]>([
  ["exactly what was granted", [pod([data, app])], "ok", /1 of 1 pods serve exactly/],
  ["a vault too few", [pod([app])], "failed", /does not serve .*acme-prod-data \(vaultbbb/],
  ["none", [pod([])], "failed", /acme-prod-app .*, acme-prod-data/],
  [
    "a vault too many",
    [pod([app, data, { id: "vaultccccccccccccccccccccc", name: "wages" }])],
    "failed",
    /serves more than was granted: wages/,
  ],
  ["too few in one of two pods", [pod([app, data]), pod([app])], "failed", /does not serve/],
  ["a refusal", [pod("Connect answered with HTTP 401.")], "failed", /connect-1: .* 401/],
])("a Connect that serves %s is told", (_, answers, status, happened) => {
  const finding = judgeConnect([app, data], answers);
  expect(finding.happened).toMatch(happened);
  expect(finding.status).toBe(status);
});

test("ids are the same in upper case", () => {
  const upper = { ...app, id: app.id.toUpperCase() };
  expect(judgeConnect([upper], [pod([app])]).status).toBe("ok");
});
