import { expect, test } from "vitest";
import { findImageProgram } from "./image-program.ts";

const sources = {
  findOperator: (tag: string) => `/tools/operator-${tag}`,
  sandboxCli: "/cli.js",
  sandboxHome: "/account",
};

test("the operator binds its ports to the pod's address", () => {
  const args = ["--zap-log-level=info", "--health-probe-bind-address=:8081"];
  expect(find("1password/onepassword-operator:1.12.0", args)).toEqual({
    command: [
      "/tools/operator-1.12.0",
      "--zap-log-level=info",
      "--health-probe-bind-address=127.77.1.2:8081",
      "--metrics-bind-address=127.77.1.2:8080",
    ],
    variables: {},
  });
});

test("a bind address that names more than a port stays as it is", () => {
  const program = find("1password/onepassword-operator:1.8.1", ["--metrics-bind-address=0"]);
  expect(program).toMatchObject({
    command: [
      "/tools/operator-1.8.1",
      "--metrics-bind-address=0",
      "--health-probe-bind-address=127.77.1.2:8081",
    ],
  });
});

test("Connect serves the sandbox's account at the pod's address", () => {
  expect(find("1password/connect-api:1.8.2")).toEqual({
    command: [process.execPath, "/cli.js", "connect"],
    variables: { OPCONNECT_SANDBOX_HOME: "/account", OPCONNECT_SANDBOX_BIND: "127.77.1.2" },
  });
});

test("an image is known under any registry and tag", () => {
  expect(find("docker.io/1password/connect-sync:1.8.2")).toBe("idle");
  expect(find("registry.example:5000/1password/connect-sync@sha256:0")).toBe("idle");
  expect(find("1password/connect-sync")).toBe("idle");
});

test("the operator is that of the tag, whatever the registry and the digest", () => {
  const image = "registry.example:5000/hub/1password/onepassword-operator";
  for (const reference of [`${image}:1.9.1`, `${image}:1.9.1@sha256:0`]) {
    expect(find(reference)).toMatchObject({
      command: expect.arrayContaining(["/tools/operator-1.9.1"]),
    });
  }
  expect(find(image)).toBeUndefined();
  expect(find(`${image}@sha256:0`)).toBeUndefined();
});

test("nothing stands for other images", () => {
  expect(find("nginx:1")).toBeUndefined();
  expect(find("1password/connect-api-other:1")).toBeUndefined();
});

test("the command of a consumer is expanded", () => {
  expect(find("rig/sleep", ["$(NAME)"], ["echo"])).toMatchObject({ command: ["echo", "db"] });
});

function find(image: string, args: string[] = [], command?: string[]) {
  const container = { name: "c", image, args, ...(command && { command }) };
  return findImageProgram(container, new Map([["NAME", "db"]]), "127.77.1.2", sources);
}
