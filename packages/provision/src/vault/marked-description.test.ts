import { expect, test } from "vitest";
import { planDescription } from "./marked-description.ts";

const mark = "opconnect:acme/prod/app";

test.each([
  ["an empty one becomes ours", undefined, "app", undefined, `app · ${mark}`],
  ["one without text becomes the mark", undefined, undefined, undefined, mark],
  ["ours stays", `app · ${mark}`, "app", "app", undefined],
  ["ours of last time gives way", `app · ${mark}`, "web", "app", `web · ${mark}`],
  ["ours of last time goes", `app · ${mark}`, undefined, "app", mark],
  ["a person's gets the mark", "by hand", "app", undefined, `by hand · ${mark}`],
  ["a person's stays", `by hand · ${mark}`, "web", "app", undefined],
  [
    "a person's around the mark stays",
    `see ${mark} for more`,
    "web",
    "app",
    `see for more · ${mark}`,
  ],
  ["a mark taken away comes back", "app", "app", "app", `app · ${mark}`],
  [
    "the mark of another environment is a text",
    `${mark}-two`,
    "app",
    undefined,
    `${mark}-two · ${mark}`,
  ],
])("%s", (_, current, wanted, previous, planned) => {
  expect(planDescription(current, mark, wanted, [previous])).toBe(planned);
});
