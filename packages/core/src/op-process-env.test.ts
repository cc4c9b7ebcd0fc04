import { expect, test } from "vitest";
import { passedProcessEnv } from "./op-process-env.ts";

test("op finds its settings and its session, and learns nothing else", () => {
  const needed = { PATH: "/usr/bin", OP_ACCOUNT: "acme", OP_SESSION_FIXTURE: "fixture" };
  const others = { AWS_SECRET_ACCESS_KEY: "fixture", OP_CONNECT_TOKEN: "fixture", TERM: undefined };
  expect(passedProcessEnv({ ...needed, ...others })).toEqual(needed);
});

test("names are told apart as Windows does, which knows no case", () => {
  expect(passedProcessEnv({ Path: "C:\\op", SystemRoot: "C:\\Windows" })).toEqual({
    Path: "C:\\op",
    SystemRoot: "C:\\Windows",
  });
});

test("more variables are passed where they are asked for", () => {
  const ambient = { OP_SERVICE_ACCOUNT_TOKEN: "fixture", OP_CONNECT_TOKEN: "fixture" };
  expect(passedProcessEnv(ambient, ["OP_SERVICE_ACCOUNT_TOKEN"])).toEqual({
    OP_SERVICE_ACCOUNT_TOKEN: "fixture",
  });
});
