import { expect, test } from "vitest";
import { rejoinWords } from "./rejoin-words.ts";

test.each([
  [
    "a quoted value split at its spaces",
    ["--item", '"AWS', "Access", 'Key"'],
    ["--item", "AWS Access Key"],
  ],
  [
    "one in single quotes",
    ["--item", "'AWS", "Key'", "--vault", "x"],
    ["--item", "AWS Key", "--vault", "x"],
  ],
  ["one behind an equals sign", ['--item="AWS', 'Key"'], ["--item=AWS Key"]],
  ["one word in quotes", ["--vault", '"Engineering"'], ["--vault", "Engineering"]],
  ["one word behind an equals sign", ['--vault="Engineering"'], ["--vault=Engineering"]],
  ["a quote of its own word", ['"', 'a"'], [" a"]],
])("%s is put together again", (_, words, whole) => {
  expect(rejoinWords(words)).toEqual(whole);
});

test.each([
  [["--item", "AWS Access Key", "--vault", "Engineering"]],
  [["--item", "John's", "--vault", "Mary's"]],
  [["--item", '12"', "--vault", 'of 12"']],
  [['"never', "closed"]],
  [['"opened', "before a whole word", 'closed"']],
  [[]],
])("the words %j of a caller that knows quotes stay as they are", (words) => {
  expect(rejoinWords(words)).toEqual(words);
});
