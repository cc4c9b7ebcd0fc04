import { expect, test } from "vitest";
import { stateFolder } from "./folder.ts";

test.each([
  ["linux", { HOME: "/home/me" }, "/home/me/.cache/opconnect/aws-credentials"],
  ["linux", { HOME: "/h", XDG_CACHE_HOME: "/cache" }, "/cache/opconnect/aws-credentials"],
  ["darwin", { HOME: "/Users/me" }, "/Users/me/Library/Caches/opconnect/aws-credentials"],
  ["win32", { LOCALAPPDATA: "/local" }, "/local/opconnect/aws-credentials"],
] as const)("on %s with %j it is %s", (platform, env, folder) => {
  expect(stateFolder(env, platform)).toBe(folder);
});
