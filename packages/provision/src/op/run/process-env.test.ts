import { expect, test } from "vitest";
import { hasUnattendedIdentity, opProcessEnv } from "./process-env.ts";

test("op gets its session and its settings", () => {
  const ambient = {
    PATH: "/usr/bin",
    HOME: "/home/olga",
    XDG_RUNTIME_DIR: "/run/user/1000",
    OP_ACCOUNT: "acme.1password.com",
    OP_SESSION_FIXTURE: "fixture",
    OPCONNECT_SANDBOX_HOME: "/sandbox",
  };
  expect(opProcessEnv(ambient)).toEqual({ ...ambient, OP_CACHE: "false" });
});

test("op gets no other identity, and nothing that is none of its business", () => {
  const ambient = {
    OP_CONNECT_HOST: "http://connect:8080",
    OP_CONNECT_TOKEN: "fixture",
    OP_SERVICE_ACCOUNT_TOKEN: "fixture",
    OP_FORMAT: "human-readable",
    AWS_SECRET_ACCESS_KEY: "fixture",
    PULUMI_CONFIG_PASSPHRASE: "fixture",
    NODE_OPTIONS: "--inspect",
  };
  expect(opProcessEnv(ambient)).toEqual({ OP_CACHE: "false" });
});

test("a service account or Connect in the environment is noticed", () => {
  expect(hasUnattendedIdentity({ OP_SERVICE_ACCOUNT_TOKEN: "fixture" })).toBe(true);
  expect(hasUnattendedIdentity({ OP_CONNECT_TOKEN: "fixture" })).toBe(true);
  expect(hasUnattendedIdentity({ OP_ACCOUNT: "acme" })).toBe(false);
});
