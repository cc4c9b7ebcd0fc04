/**
 * Loaded with `node --import` into what the engine starts: ends this process when the engine is
 * gone. Plugins run in process groups of their own, so nothing else would.
 * JavaScript, because types cost every start of a plugin 70 ms.
 */
import { flushCompileCache } from "node:module";

const engine = Number(process.env.OPCONNECT_ENGINE_PID);

setInterval(() => {
  if (process.ppid !== engine) process.exit(1);
}, 500).unref();
// The engine kills its plugins, and what is killed leaves nothing for the next one's start.
setTimeout(flushCompileCache, 1000).unref();
