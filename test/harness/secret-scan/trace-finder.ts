import { Buffer } from "node:buffer";

/** Tells whether some content holds one of many traces. */
export type TraceFinder = (content: string | Buffer) => boolean;

/**
 * Makes a finder for thousands of traces that goes through content once: only where three bytes are
 * the start of a trace, it is compared.
 */
export function createTraceFinder(traces: readonly string[]): TraceFinder {
  const starts = new Uint8Array(2 ** 24);
  const tracesByStart = new Map<number, Buffer[]>();
  for (const trace of traces) {
    const bytes = Buffer.from(trace);
    if (bytes.length < 3) throw new Error("A trace has at least three characters.");
    const start = bytes.readUIntBE(0, 3);
    starts[start] = 1;
    tracesByStart.set(start, [...(tracesByStart.get(start) ?? []), bytes]);
  }
  return (content) => {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    let window = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      window = ((window << 8) | (bytes[at] ?? 0)) & 0xffffff;
      if (at < 2 || starts[window] === 0) continue;
      const from = at - 2;
      const holds = (trace: Buffer) => trace.equals(bytes.subarray(from, from + trace.length));
      if (tracesByStart.get(window)?.some(holds)) return true;
    }
    return false;
  };
}
