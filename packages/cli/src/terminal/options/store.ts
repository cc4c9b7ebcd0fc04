import { storeKinds } from "@opconnect/provision/store-kinds";
import type { Command } from "commander";
import { collected } from "./collected.ts";

/** Adds the options that say which store and which convention are meant. */
export function addStoreOptions(command: Command): Command {
  for (const option of storeKinds.flatMap(({ options }) => options)) command.option(...option);
  return command.option(
    "--template <kind=template>",
    "template of the convention that the program overrides",
    collected,
  );
}
