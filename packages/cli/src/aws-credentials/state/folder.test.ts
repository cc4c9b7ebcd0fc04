import { expect, test } from "vitest";
import { parseSessionRequest } from "../session/request.ts";
import { requestKey, stateFolder } from "./folder.ts";

test.each([
  ["linux", { HOME: "/home/me" }, "/home/me/.cache/opconnect/aws-credentials"],
  ["linux", { HOME: "/h", XDG_CACHE_HOME: "/cache" }, "/cache/opconnect/aws-credentials"],
  ["darwin", { HOME: "/Users/me" }, "/Users/me/Library/Caches/opconnect/aws-credentials"],
  ["win32", { LOCALAPPDATA: "/local" }, "/local/opconnect/aws-credentials"],
] as const)("on %s with %j it is %s", (platform, env, folder) => {
  expect(stateFolder(env, platform)).toBe(folder);
});

test("what is kept of AWS and of another STS goes by different names", () => {
  const key = (url?: string) =>
    requestKey(parseSessionRequest({ item: "x" }, { AWS_ENDPOINT_URL_STS: url }), "session_cache");
  const places = [undefined, "http://127.0.0.1:4566", "http://127.0.0.1:4567"];
  expect(new Set(places.map(key)).size).toBe(3);
  expect(key("https://sts.eu-central-1.amazonaws.com")).toBe(key());
});
