import { say } from "./say.ts";

/** Runs work, and says what it is about if it takes longer than two seconds. */
export async function patient<T>(line: string, work: () => Promise<T>): Promise<T> {
  const telling = setTimeout(() => say(line), 2_000);
  try {
    return await work();
  } finally {
    clearTimeout(telling);
  }
}
