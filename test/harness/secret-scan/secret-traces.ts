import { Buffer } from "node:buffer";

/**
 * Every text by which a secret gives itself away: as it is, escaped for JSON or a URL, in hex, and
 * in base64 at any place of a longer text, once and twice. Long ones are cut into pieces, so that a
 * part of them is found too, or one that was wrapped over several lines.
 * @throws an Error on a secret of less than eight characters: shorter ones turn up by chance.
 */
export function secretTraces(secrets: readonly string[]): readonly string[] {
  const traces = secrets.map(uniquePart).flatMap(disguises).flatMap(pieces);
  return [...new Set(traces)];
}

/**
 * What no other secret has: of a JWT its signature. Tokens of one issuer share their header and the
 * beginning of their claims; a secret among these has to be given as one of its own.
 */
function uniquePart(secret: string): string {
  if (secret.length < shortestSecret) {
    throw new Error(`A secret of ${secret.length} characters cannot be told from other text.`);
  }
  const [header, , signature, ...others] = secret.split(".");
  const isJwt = header?.startsWith("eyJ") && signature !== undefined && others.length === 0;
  return isJwt ? signature : secret;
}

function disguises(value: string): readonly string[] {
  const hex = Buffer.from(value).toString("hex");
  return [
    value,
    escapeJson(value),
    escapeJson(escapeJson(value)),
    encodeURIComponent(value),
    hex,
    hex.toUpperCase(),
    ...inBase64(value).flatMap((once) => [once, ...inBase64(once)]),
  ];
}

function escapeJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

/** What a value looks like inside the base64 of a longer text, by where it starts there. */
function inBase64(value: string): readonly string[] {
  return [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]);
    // Characters that also hold bits of what stands before or after the value are left out.
    const first = Math.ceil((offset * 8) / 6);
    const end = Math.floor((bytes.length * 8) / 6);
    const text = bytes.toString("base64").slice(first, end);
    return [text, text.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

/** Whatever holds twice as many characters of a trace in one go holds a whole piece of it. */
function pieces(trace: string): readonly string[] {
  if (trace.length < 2 * pieceLength) return [trace];
  const count = Math.floor(trace.length / pieceLength);
  return Array.from({ length: count }, (_, at) =>
    trace.slice(at * pieceLength, (at + 1) * pieceLength),
  );
}

const shortestSecret = 8;
const pieceLength = 24;
