import { expect, test } from "vitest";
import { openSession } from "./session.ts";
import { ownTags } from "./tags.ts";

const session = openSession(
  {
    region: "eu-west-1",
    defaultTags: JSON.stringify({ tags: { team: "platform" } }),
    ignoreTags: JSON.stringify({ keyPrefixes: ["aws:"] }),
  },
  new AbortController().signal,
);

test("tags of others show up after a refresh, the provider's and the ignored ones do not", () => {
  const live = { team: "platform", "aws:made": "by", "opconnect:schema": "1", client: "acme" };
  expect(ownTags(live, { client: "acme" }, session)).toEqual({
    "opconnect:schema": "1",
    client: "acme",
  });
});

test("a default tag that somebody changed, or that the inputs repeat, shows up", () => {
  expect(ownTags({ team: "other" }, undefined, session)).toEqual({ team: "other" });
  expect(ownTags({ team: "platform" }, { team: "platform" }, session)).toEqual({
    team: "platform",
  });
});
