// Lets a command run in a clone that is not built: what packages export is taken from their source.
import { registerHooks } from "node:module";

registerHooks({
  resolve(specifier, context, nextResolve) {
    try {
      return nextResolve(specifier, context);
    } catch (error) {
      const source = error.url?.replace("/dist/", "/src/").replace(/\.js$/, ".ts");
      if (source === undefined) throw error;
      return nextResolve(source, context);
    }
  },
});
