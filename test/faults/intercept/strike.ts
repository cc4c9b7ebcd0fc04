/** How a strike hits its call. */
export type StrikeMode =
  /** The runner is killed before the call reaches the system. */
  | "killed before"
  /** The runner is killed while the call is under way, and the call completes. */
  | "killed in between"
  /** The runner and the command it called are killed before the command has done all of its work. */
  | "killed together"
  /** The runner is killed, and the command it called goes on while the next run begins. */
  | "command goes on"
  /** The answer was delivered, and the runner is killed right then. */
  | "killed after"
  /** The system answers with an error and does nothing; everything else goes on. */
  | "refused"
  /** The system does it, and the answer gets lost on its way. */
  | "answer lost"
  /** From this call on, the system refuses everything until the run ends. */
  | "outage";

/** One fault point of an operation. */
export interface Strike {
  /** Name of the call. */
  readonly call: string;
  /** Which of the calls of that name: 1 for the first. */
  readonly occurrence: number;
  readonly mode: StrikeMode;
}

/** The ways to strike at a call. */
export function strikeModes(call: string): readonly StrikeMode[] {
  const killed = ["killed before", "killed in between", "killed after"] as const;
  const failed = ["refused", "answer lost", "outage"] as const;
  if (call.startsWith("op ")) return [...killed, "killed together", "command goes on", ...failed];
  // A file system loses no answers, and goes on with nothing but what it was given.
  const onDisk = ["killed before", "killed after", "refused", "outage"] as const;
  if (call.startsWith("disk write ")) return [...onDisk, "killed together"];
  if (call.startsWith("disk ")) return onDisk;
  return [...killed, ...failed];
}

/** Whether the runner dies of it. */
export function isKill(mode: StrikeMode): boolean {
  return mode.startsWith("killed") || mode === "command goes on";
}

/** As a reader sees it. */
export function describeStrike({ call, occurrence, mode }: Strike): string {
  return `${mode} at ${call}${occurrence > 1 ? ` (call ${occurrence} of that name)` : ""}`;
}
