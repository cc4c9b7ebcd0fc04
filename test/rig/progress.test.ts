import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { type ProgressEvent, type ProgressStream, printProgress } from "./progress.ts";

const events: readonly ProgressEvent[] = [
  { step: "tools", state: "note", text: "this first time takes about 2 minutes" },
  { step: "build etcd", state: "started" },
  { step: "build etcd", state: "note", text: "compiling", seconds: 3 },
  { step: "build etcd", state: "done", seconds: 91 },
];

test("away from a terminal every event is a line of its own", () => {
  expect(printed(events, false)).toBe(
    [
      "… tools: this first time takes about 2 minutes",
      "… build etcd",
      "… build etcd: compiling (3.0 s)",
      "ok build etcd (1 min 31 s)",
      "",
    ].join("\n"),
  );
});

test("on a terminal only what outlives a step stays as a line", () => {
  const lines = printed(events, true).split("\n");
  const visible = lines.map((line) => line.slice(line.lastIndexOf("\x1b[2K") + "\x1b[2K".length));
  expect(visible).toEqual([
    "… tools: this first time takes about 2 minutes",
    "ok build etcd (1 min 31 s)",
    "",
  ]);
});

function printed(shown: readonly ProgressEvent[], isTTY: boolean): string {
  let text = "";
  const sink = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  const stream: ProgressStream = Object.assign(sink, { isTTY, columns: 80 });
  const print = printProgress(stream);
  for (const event of shown) print(event);
  return text;
}
