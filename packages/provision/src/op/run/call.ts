/** One run of `op`. */
export interface OpCall {
  /** Arguments, none of them secret: every user of the machine can see them. */
  readonly args: readonly string[];
  /** What it is for, as in "`op` could not …". */
  readonly purpose: string;
  /** Ids of the vaults it is about. */
  readonly vaultIds?: readonly string[];
  /** Folder it runs in. */
  readonly cwd?: string;
  /** Whether it changes anything in 1Password. */
  readonly changes?: boolean;
  /** Whether it prints nothing when all goes well. */
  readonly silent?: boolean;
  /** Whether what it prints is secret: then no error shows it. */
  readonly printsSecret?: boolean;
}

/** How a run of `op` ended that failed. */
export interface OpEnd {
  /** What it printed to stderr. */
  readonly stderr: string;
  /** None if it was killed or never started. */
  readonly exitCode?: number | undefined;
  /** Signal that killed it. */
  readonly signal?: string | undefined;
  /** Error of the operating system, e.g. `"ENOENT"`. */
  readonly systemCode?: string | undefined;
  readonly timedOut?: boolean;
  /** The time limit, in milliseconds. */
  readonly timeoutMs?: number;
  /** A service account or Connect is configured here, which we keep from `op`. */
  readonly unattendedIdentity?: boolean;
}

/** An argument that is left out where there is no value for it. */
export function flag(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [name, value];
}
