import { createHmac } from "node:crypto";
/**
 * The one-time password of a TOTP secret at a time: base32, bare or in an `otpauth://` URI.
 * @see https://www.rfc-editor.org/rfc/rfc6238
 */
export function totp(secretOrUri, at) {
    const uri = URL.parse(secretOrUri);
    const parameter = (name) => uri?.searchParams.get(name) ?? null;
    const digits = Number(parameter("digits") ?? 6);
    const periodSeconds = Number(parameter("period") ?? 30);
    const algorithm = (parameter("algorithm") ?? "SHA1").toLowerCase();
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(at.getTime() / 1000 / periodSeconds)));
    const key = decodeBase32(parameter("secret") ?? secretOrUri);
    const digest = createHmac(algorithm, key).update(counter).digest();
    const offset = (digest.at(-1) ?? 0) & 0xf;
    const code = (digest.readUInt32BE(offset) & 0x7f_ff_ff_ff) % 10 ** digits;
    return String(code).padStart(digits, "0");
}
function decodeBase32(text) {
    const letters = text.toUpperCase().replaceAll(/[^A-Z2-7]/g, "");
    const bits = Array.from(letters, (letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0")).join("");
    const bytes = bits.match(/.{8}/g) ?? [];
    return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
