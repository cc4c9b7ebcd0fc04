import type { Declared } from "./spec";

/** In the ways in which programs and providers quote a secret. */
const secret = 'fixture-secret "/+"';
const quoted = [
  secret,
  Buffer.from(secret).toString("base64"),
  encodeURIComponent(secret),
  JSON.stringify(secret),
].join(" ");

/** Ends the program in one of the ways that programs end. */
export function fail(how: Declared["fail"]): void {
  if (how === "throw") throw new Error(`thrown: ${quoted}`);
  if (how === "reject") void Promise.reject(new Error(`rejected: ${quoted}`));
  if (how === "late") setTimeout(() => throwNow(), 10);
  if (how === "exit") process.exit(3);
  if (how === "block") for (;;);
}

function throwNow(): never {
  throw new Error(`late: ${quoted}`);
}
