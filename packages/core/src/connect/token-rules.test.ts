import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkToken, type DeclaredToken } from "./token-rules.ts";

const check = (change: Partial<DeclaredToken>) => () =>
  checkToken({ consumer: "ci", vaults: ["app"], serverVaults: ["app", "data"], ...change });

test("a token within its server that is rotated before it expires is fine", () => {
  expect(check({})).not.toThrow();
  expect(check({ expiresIn: "90d", rotateAfter: "60d" })).not.toThrow();
  expect(check({ rotateAfter: "60d" })).not.toThrow();
});

test.each(["0d", "-1d", "2020-01-01", "90 days", "90x", ""])(
  '"%s" is no time, for either field',
  (text) => {
    expect(check({ expiresIn: text })).toThrow(/`expiresIn` is .*"ci".*TOKEN_EXPIRY_INVALID/);
    expect(check({ rotateAfter: text })).toThrow(/`rotateAfter` is .*"ci".*TOKEN_EXPIRY_INVALID/);
  },
);

test.each(["90d", "13w"])("rotateAfter %s does not go with a life of 90 days", (rotateAfter) => {
  expect(check({ expiresIn: "90d", rotateAfter })).toThrow(
    /"ci" has `rotateAfter: .* and `expiresIn: "90d"`.*TOKEN_ROTATION_INVALID/,
  );
});

test("a vault that the server does not have is named, and those that it has", () => {
  expect(check({ vaults: ["app", "billing"] })).toThrow(
    /"ci" shall cover "billing".*"app", "data".*TOKEN_SCOPE_INVALID/,
  );
  expect(check({ vaults: ["APP"] })).not.toThrow();
});

test("a preview loads it without the libraries that take long", async () => {
  for (const file of ["token-rules.ts", "../duration.ts"]) {
    const text = await readFile(join(import.meta.dirname, file), "utf8");
    const imports = [...text.matchAll(/from "(?<module>[^"]+)"/g)].map(
      ({ groups }) => groups?.module,
    );
    for (const module of imports)
      expect(["../error/connect-error.ts", "./error/connect-error.ts", "../duration.ts"]).toContain(
        module,
      );
  }
});
