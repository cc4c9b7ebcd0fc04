import type { StoreConfig } from "@opconnect/provision";
import type { WantedEnvironment } from "./environment.ts";
import type { StackState } from "./stack.ts";

/** What a runner is to do: plain data, without a secret. */
export interface Job {
  readonly work: Work | ByHand;
  /** Environment variables of the runner. */
  readonly env: Readonly<Record<string, string>>;
  readonly store: StoreConfig;
  readonly environment: WantedEnvironment;
  /** State of the last run that got to write it: a killed one did not. */
  readonly state: StackState;
}

/** What opconnect does, as the commands of `pulumi`. */
export type Work = "up" | "up twice" | "up --refresh" | "destroy";

/** What a person does past opconnect, before it is its turn. */
export type ByHand =
  | "make a server by hand"
  | "rename the server by hand"
  | "overwrite the values by hand"
  | "lose the credentials"
  | "lose the tokens"
  | "put items into vaults";

/** What a runner prints when a job is done: one line of JSON. */
export interface JobResult {
  /** State that the run leaves, where it fails too. */
  readonly state?: StackState;
  /** Message of the error that ended it. */
  readonly error?: string;
}
