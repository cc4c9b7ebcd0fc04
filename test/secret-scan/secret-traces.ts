import { Buffer } from "node:buffer";

/**
 * Every text by which a secret gives itself away: as it is, escaped for JSON or a URL, in hex, and
 * within base64 of any alignment, once and twice. The parts of a JWT count each for itself.
 */
export function secretTraces(secrets: readonly string[]): readonly string[] {
  const values = secrets.flatMap((secret) => [secret, ...jwtParts(secret)]);
  const traces = values.flatMap((value) => [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    Buffer.from(value).toString("hex"),
    ...encodings(value).flatMap((once) => [once, ...encodings(once)]),
  ]);
  return [...new Set(traces)].filter((trace) => trace.length >= 8);
}

function jwtParts(secret: string): readonly string[] {
  const parts = secret.split(".");
  return parts.length === 3 ? parts.slice(1) : [];
}

/** What a value looks like inside of base64 of a longer text, wherever it starts there. */
function encodings(value: string): readonly string[] {
  return [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]);
    // The first and the last group also depend on what stands next to the value.
    const inner = bytes
      .toString("base64")
      .replace(/=+$/, "")
      .slice(offset === 0 ? 0 : 4, -4);
    return inner.length < 8 ? [] : [inner, inner.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
