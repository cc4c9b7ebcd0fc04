import type { Declared } from "./spec";

/** Ends the program in one of the ways that programs end. */
export function fail(how: Declared["fail"]): void {
  if (how === "throw") throw new Error("thrown: fixture-secret");
  if (how === "reject") void Promise.reject(new Error("rejected: fixture-secret"));
  if (how === "late") setTimeout(() => throwNow(), 10);
  if (how === "exit") process.exit(3);
  if (how === "block") for (;;);
}

function throwNow(): never {
  throw new Error("late: fixture-secret");
}
