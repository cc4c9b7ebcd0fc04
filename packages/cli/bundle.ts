import { rolldown } from "rolldown";

/**
 * Puts the compiled command into few files: to load the twenty modules of a hit, one by one, takes
 * Node.js half as long again as its own start. What a hit needs before it can start `op` is one
 * file, and what it needs while `op` works is another.
 */
const bundle = await rolldown({
  cwd: import.meta.dirname,
  input: "build/main.js",
  platform: "node",
  // What is small and needed at once; all else is loaded from where npm put it.
  external: (id) => !/^[./]|^@opconnect\/(core\/|provision\/find-program)/.test(id),
  checks: { ineffectiveDynamicImport: false },
});
await bundle.write({
  dir: "dist",
  cleanDir: true,
  chunkFileNames: "[name].js",
  codeSplitting: {
    groups: [
      {
        name: "before-op",
        test: /\/(print-credentials|rejoin-words|session\/request|request-options|sts-endpoint|op-item|run-op|process-env|find-program|connect-error|without-secrets|json)\.js$/,
        priority: 2,
      },
      {
        name: "while-op",
        test: /\/(obtain-session|session-cache|item\/cache|session\/credentials|clock-note|home-folder|state\/folder)\.js$/,
        priority: 1,
      },
    ],
  },
});
await bundle.close();
