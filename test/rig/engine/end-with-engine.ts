/**
 * Loaded with `node --import` into what the engine starts: ends this process when the engine is
 * gone, even if it was killed. Plugins run in process groups of their own, so nobody else would.
 */
const parent = process.ppid;

setInterval(() => {
  if (process.ppid !== parent) process.exit(1);
}, 500).unref();
