/** What every secret of the fuzzer holds. No error and nothing that is shown may hold it. */
export const mark = "FUZZMARKER2Q";

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** Secrets that are such by their form: they are found in every text, wherever they were put. */
export const secretsByForm: readonly string[] = [
  `eyJhbGciOiJFUzI1NiJ9.${base64(`{"1password.com/token":"${mark}"}`)}.${mark}`,
  `ops_${base64(`{"email":"${mark}"}`)}`,
  `AGE-SECRET-KEY-1${mark}`,
  `-----BEGIN PRIVATE KEY-----\n${mark}\n-----END PRIVATE KEY-----`,
  `https://user:${mark}@api.example.com:6443`,
  `otpauth://totp/AWS:x?secret=${mark}`,
  `https://share.1password.com/s#${mark}`,
  `aws_secret_access_key = ${mark}`,
  base64(`apiVersion: v1\nusers: [{ user: { token: ${mark} } }]`),
  base64(`{"verifier":{"salt":"${mark}"}}`),
  `AKIA${mark}`,
];

/** The mark in clear, and as base64 writes it, whatever stands before it. */
const traces = [
  mark,
  ...[0, 1, 2].map((before) => base64(`${" ".repeat(before)}${mark}`).slice(4, -4)),
].map((trace) => trace.toLowerCase());

/** Whether a text shows a secret of the fuzzer. */
export function showsMark(text: string): boolean {
  const lower = text.toLowerCase();
  return traces.some((trace) => lower.includes(trace));
}
