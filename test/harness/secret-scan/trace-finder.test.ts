import fc from "fast-check";
import { expect, test } from "vitest";
import { createTraceFinder } from "./trace-finder.ts";

test("a finder agrees with a plain search for each trace", () => {
  // Few letters, so that traces overlap and nearly match.
  const text = (minLength: number, maxLength: number) =>
    fc.string({ minLength, maxLength, unit: fc.constantFrom("a", "b", "ä") });
  fc.assert(
    fc.property(fc.array(text(3, 8)), text(0, 60), (traces, content) => {
      const expected = traces.some((trace) => content.includes(trace));
      expect(createTraceFinder(traces)(content)).toBe(expected);
    }),
  );
});

test("a trace at the very end is found, one that runs over the end is not", () => {
  const holdsTrace = createTraceFinder(["trace-a"]);
  expect(holdsTrace("the trace-a")).toBe(true);
  expect(holdsTrace("the trace-")).toBe(false);
});

test("bytes that are no text are searched too", () => {
  const content = Buffer.concat([
    Buffer.from([0xff, 0x00]),
    Buffer.from("trace-a"),
    Buffer.from([0]),
  ]);
  expect(createTraceFinder(["trace-a"])(content)).toBe(true);
});
