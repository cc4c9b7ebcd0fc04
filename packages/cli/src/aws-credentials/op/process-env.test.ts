import { expect, test } from "vitest";
import { opProcessEnv } from "./process-env.ts";

test("op gets its own identity and nothing of AWS or Connect", () => {
  const ambient = {
    PATH: "/bin",
    HOME: "/home/me",
    OP_SERVICE_ACCOUNT_TOKEN: "fixture",
    OP_SESSION_ABC: "fixture",
    OP_CONNECT_HOST: "x",
    OP_CONNECT_TOKEN: "x",
    AWS_ACCESS_KEY_ID: "x",
    AWS_SECRET_ACCESS_KEY: "x",
    AWS_SESSION_TOKEN: "x",
    GITHUB_TOKEN: "x",
    OP_CACHE: "true",
  };
  const { PATH, HOME, OP_SERVICE_ACCOUNT_TOKEN, OP_SESSION_ABC, OP_CACHE } = ambient;
  const passed = { PATH, HOME, OP_SERVICE_ACCOUNT_TOKEN, OP_SESSION_ABC, OP_CACHE };
  expect(opProcessEnv(ambient)).toEqual(passed);
});

test("from WSL, the identity is handed on to op.exe", () => {
  const ambient = { WSL_DISTRO_NAME: "Ubuntu", WSL_INTEROP: "/run/x", WSLENV: "EDITOR/p" };
  expect(opProcessEnv(ambient)).toEqual({
    ...ambient,
    WSLENV: "EDITOR/p:OP_SERVICE_ACCOUNT_TOKEN:OP_ACCOUNT:OP_CACHE",
  });
});

test("Windows finds its folders, however they are spelled", () => {
  const ambient = { Path: "C:\\bin", SystemRoot: "C:\\Windows", LocalAppData: "C:\\x" };
  expect(opProcessEnv(ambient)).toEqual(ambient);
});
