import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Frees at once what nothing refers to any more. V8 leaves that as long as the machine has memory to
 * spare; several processes that each preview many stacks would together take gigabytes of it.
 * @see https://nodejs.org/api/v8.html#v8setflagsfromstringflags Only contexts that come later get it.
 */
export const collectGarbage: () => void = exposed();

function exposed(): () => void {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  setFlagsFromString("--no-expose-gc");
  return collect;
}
