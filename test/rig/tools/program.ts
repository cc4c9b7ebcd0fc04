/** A program that the rig runs. */
export interface Program {
  readonly name: string;
  readonly path: string;
  /** `"real"`: the user's own; `"built"`: from its Go module. */
  readonly kind: "real" | "built";
  readonly version: string;
  /** Where it comes from, for reports. */
  readonly origin: string;
}
