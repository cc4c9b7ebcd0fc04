import { resolve } from "node:path";
import envPaths from "env-paths";

/**
 * The folder outside the checkout that keeps built tools and the state of a background rig.
 * @default `$OPCONNECT_CACHE`, else the platform's cache folder for `opconnect`.
 */
export function cacheFolder(): string {
  const { OPCONNECT_CACHE } = process.env;
  return OPCONNECT_CACHE ? resolve(OPCONNECT_CACHE) : envPaths("opconnect", { suffix: "" }).cache;
}
