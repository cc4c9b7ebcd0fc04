import { opconnectCommand } from "../../harness/act/opconnect.ts";
import type { Sequel } from "../sequel.ts";
import type { ByHand } from "./by-hand.ts";
import type { EngineInputs } from "./environment.ts";
import type { EngineCommand } from "./run.ts";

/** What the engine does to an environment. */
export interface EngineOperation {
  readonly name: string;
  /** Which of the stores keeps the credentials. @default "secrets-manager" */
  readonly store?: "age-file";
  /** What there has to be before. */
  readonly from: "nothing" | "up";
  /** What a person does before that. */
  readonly byHand?: ByHand;
  readonly command: Command;
  /** What is run after a strike. @default - the same command */
  readonly rerun?: Command;
  readonly after: (inputs: EngineInputs) => EngineInputs;
  /** @default "again" */
  readonly sequel?: Sequel;
}

/** What a user runs. */
type Command = "up" | "up --refresh" | "up --target" | "destroy" | "rotate";

const quietly = ["--yes", "--skip-preview", "--non-interactive"];

/** The commands, word by word. */
export const commands: Readonly<Record<Command, EngineCommand>> = {
  up: ["pulumi", "up", ...quietly],
  "up --refresh": ["pulumi", "up", "--refresh", ...quietly],
  "up --target": ["pulumi", "up", "--target", "**ConnectToken::**", ...quietly],
  destroy: ["pulumi", "destroy", ...quietly],
  rotate: [...opconnectCommand, "rotate", "main", "--yes"],
};

function unchanged(inputs: EngineInputs): EngineInputs {
  return inputs;
}

function withOtherServer(inputs: EngineInputs): EngineInputs {
  return { ...inputs, revision: inputs.revision + 1 };
}

function withOtherToken(inputs: EngineInputs): EngineInputs {
  return { ...inputs, tokenRevision: inputs.tokenRevision + 1 };
}

function withAnotherVault(inputs: EngineInputs): EngineInputs {
  return { ...inputs, vaults: [...inputs.vaults, "data"] };
}

/** Create, replace and delete of server and token, and what happens to them besides. */
export const engineOperations: readonly EngineOperation[] = [
  { name: "create", from: "nothing", command: "up", after: unchanged },
  { name: "replace server", from: "up", command: "up", after: withOtherServer },
  { name: "replace token", from: "up", command: "up", after: withOtherToken },
  { name: "delete", from: "up", command: "destroy", after: unchanged },
];

/** Variations of these: a part of a change, a lost state, another store, other sequels. */
export const otherEngineOperations: readonly EngineOperation[] = [
  {
    name: "replace token by target",
    from: "up",
    command: "up --target",
    rerun: "up",
    after: withOtherToken,
  },
  {
    name: "refresh, and mint anew",
    from: "up",
    byHand: "revoke the token",
    command: "up --refresh",
    after: unchanged,
  },
  {
    name: "find again what the state lost",
    from: "up",
    byHand: "lose the server from the state",
    command: "up",
    after: unchanged,
  },
  { name: "rotate", from: "up", command: "rotate", rerun: "up", after: unchanged },
  {
    name: "grant a vault, taken back",
    from: "up",
    command: "up",
    after: withAnotherVault,
    sequel: "taken back",
  },
  {
    name: "replace server, struck again",
    from: "up",
    command: "up",
    after: withOtherServer,
    sequel: "struck again",
  },
  {
    name: "replace token, elsewhere",
    from: "up",
    command: "up",
    after: withOtherToken,
    sequel: "elsewhere",
  },
  {
    name: "create on age files",
    store: "age-file",
    from: "nothing",
    command: "up",
    after: unchanged,
  },
  {
    name: "replace server on age files",
    store: "age-file",
    from: "up",
    command: "up",
    after: withOtherServer,
  },
  {
    name: "delete on age files",
    store: "age-file",
    from: "up",
    command: "destroy",
    after: unchanged,
  },
];
