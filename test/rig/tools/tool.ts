/** A program that `go build` makes from a published module. */
export interface GoTool {
  readonly kind: "go";
  /** File name of the program. */
  readonly name: string;
  /** Version without a leading `v`. */
  readonly version: string;
  /** Import path of the main package; it belongs to the module published as `v<version>`. */
  readonly package: string;
  /**
   * Where the module's staging dependencies (required as `v0.0.0`) are published.
   * @default - the module has none
   */
  readonly staging?: { readonly module: string; readonly version: string };
  /** Go variables to set at link time: import path and name → value. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Small files laid beside the program: name → content of an executable script. */
  readonly companions?: Readonly<Record<string, string>>;
  /** Minutes a build takes on two cores with an empty Go cache. */
  readonly minutes: number;
}

/** A Python package, installed into a virtual environment of its own. */
export interface PythonTool {
  readonly kind: "python";
  readonly name: string;
  readonly version: string;
  /** Requirement without the version, e.g. `"moto[server]"`. */
  readonly requirement: string;
  /**
   * More requirements for the same environment, versions included.
   * @default - none
   */
  readonly others?: readonly string[];
  readonly minutes: number;
}

export type Tool = GoTool | PythonTool;
