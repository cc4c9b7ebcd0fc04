/** What a stack's configuration declares. */
export interface Declared {
  readonly resources: readonly Spec[];
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly secretOutput?: string;
  /** Name of the resource whose id is an output. */
  readonly outputOf?: string;
  readonly fail?: "throw" | "reject" | "late" | "exit" | "block" | "wait";
}

/** One resource. */
export interface Spec {
  readonly name: string;
  /** A component without properties; a custom resource by default. */
  readonly component?: boolean;
  readonly props?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, string>>;
  /** Name of the resource whose id is its property `from`. */
  readonly from?: string;
  readonly parent?: string;
  readonly dependsOn?: readonly string[];
  readonly alias?: string;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly deleteBeforeReplace?: boolean;
  readonly ignoreChanges?: string[];
  readonly replaceOnChanges?: string[];
  readonly deletedWith?: string;
}
