import { createOpCli, createSecretsManagerStore } from "@opconnect/provision";

/** The outside systems: one of each, since `op` takes changes one at a time. */
export const systems = { op: createOpCli(), store: createSecretsManagerStore() };
