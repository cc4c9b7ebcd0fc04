import { makeFolder } from "@opconnect/provision/make-folder";
import { cacheFolder, isPrivate } from "./cache-folder.ts";

/**
 * The variable by which Node.js keeps what it compiled, for all that an engine starts: programs, the
 * host of dynamic resources and policy packs load the same modules for every stack, TypeScript's among
 * them. A folder that the user chose is left, and where another user could write there is none: what
 * is kept is run.
 * @see https://nodejs.org/api/module.html#module-compile-cache
 */
export async function compileCache(): Promise<Readonly<Record<string, string>>> {
  if (process.env.NODE_COMPILE_CACHE) return {};
  const folder = cacheFolder("compiled");
  // Where it cannot be made, on a full disk for one, it is not private either.
  await makeFolder(folder).catch(() => {});
  return (await isPrivate(folder)) ? { NODE_COMPILE_CACHE: folder } : {};
}
