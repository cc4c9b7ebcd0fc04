import { createOpCli, type OpCli } from "@opconnect/provision";
import { say } from "./say.ts";

/** The 1Password CLI, of which is said what for it is waited for after two seconds. */
export function openOp(): OpCli {
  const told = new Set<string>();
  return createOpCli({
    onSlow({ purpose }) {
      if (told.has(purpose)) return;
      told.add(purpose);
      say(`Waiting for \`op\` to ${purpose}: 1Password may be asking for a confirmation …`);
    },
  });
}
