import type { EngineInputs } from "./environment.ts";

/** What the engine does to an environment. */
export interface EngineOperation {
  readonly name: string;
  /** What there has to be before. */
  readonly from: "nothing" | "up";
  readonly command: "up" | "destroy";
  readonly after: (inputs: EngineInputs) => EngineInputs;
}

/** Create, replace and delete of server and token. */
export const engineOperations: readonly EngineOperation[] = [
  { name: "create", from: "nothing", command: "up", after: (inputs) => inputs },
  {
    name: "replace server",
    from: "up",
    command: "up",
    after: (inputs) => ({ ...inputs, revision: inputs.revision + 1 }),
  },
  {
    name: "replace token",
    from: "up",
    command: "up",
    after: (inputs) => ({ ...inputs, tokenRevision: inputs.tokenRevision + 1 }),
  },
  { name: "delete", from: "up", command: "destroy", after: (inputs) => inputs },
];
