import type { PropertyPath } from "./property-diff.ts";
import type { PropertyMap } from "./property-value.ts";

/** What a stand-in provider can be asked; `serveProvider` speaks the engine's protocol for it. */
export interface Provider {
  /** Properties of the provider whose change replaces everything it manages. */
  diffConfig(old: PropertyMap, wanted: PropertyMap): readonly string[];
  /** Takes the settings of the stack or of an explicit provider, e.g. `{ region: "eu-west-1" }`. */
  configure(settings: Readonly<Record<string, string>>): Promise<void>;
  check(request: CheckRequest): Promise<CheckResult>;
  diff(request: DiffRequest): Promise<DiffResult>;
  create(request: CreateRequest): Promise<CreateResult>;
  read(request: ReadRequest): Promise<ReadResult>;
  update(request: UpdateRequest): Promise<PropertyMap>;
  delete(request: DeleteRequest): Promise<void>;
  /** Makes a component and its children. */
  construct?(request: ConstructRequest): Promise<ConstructResult>;
}

/** The resource that a request is about. */
export interface ResourceIdentity {
  readonly urn: string;
  /** Pulumi type, e.g. `kubernetes:core/v1:Secret`. */
  readonly type: string;
  /** Pulumi name. */
  readonly name: string;
}

export interface CheckRequest extends ResourceIdentity {
  /** Inputs of last time; undefined for a resource that is new or about to be replaced. */
  readonly old: PropertyMap | undefined;
  readonly inputs: PropertyMap;
  /** Seed of random names, so that a preview and its update agree. */
  readonly randomSeed: Uint8Array;
  /** Name that the stack's autonaming settings ask for, or `"disabled"` to forbid random names. */
  readonly proposedName?: string | { readonly disabled: true };
}

export interface CheckResult {
  readonly inputs: PropertyMap;
  readonly failures?: readonly { readonly property: string; readonly reason: string }[];
}

export interface DiffRequest extends ResourceIdentity {
  readonly id: string;
  readonly oldInputs: PropertyMap;
  readonly oldState: PropertyMap;
  readonly inputs: PropertyMap;
}

export interface DiffResult {
  readonly changes: readonly {
    readonly path: PropertyPath;
    readonly kind: "add" | "update" | "delete";
    readonly replaces: boolean;
  }[];
  readonly deleteBeforeReplace: boolean;
}

/** How an operation runs. */
interface OperationOptions {
  /** True if nothing may change. */
  readonly preview: boolean;
  /** The user's `customTimeouts`, 0 if not set. */
  readonly timeoutSeconds: number;
}

export interface CreateRequest extends ResourceIdentity, OperationOptions {
  readonly inputs: PropertyMap;
}

export interface CreateResult {
  /** Empty at preview. */
  readonly id: string;
  readonly state: PropertyMap;
}

export interface ReadRequest extends ResourceIdentity {
  readonly id: string;
  /** Both empty when a resource is imported or looked up. */
  readonly inputs: PropertyMap;
  readonly state: PropertyMap;
}

/** Undefined if the resource is gone. */
export type ReadResult =
  | { readonly id: string; readonly inputs: PropertyMap; readonly state: PropertyMap }
  | undefined;

export interface UpdateRequest extends ResourceIdentity, OperationOptions {
  readonly id: string;
  readonly oldState: PropertyMap;
  readonly inputs: PropertyMap;
}

export interface DeleteRequest extends ResourceIdentity {
  readonly id: string;
  readonly state: PropertyMap;
  readonly timeoutSeconds: number;
}

export interface ConstructRequest {
  readonly type: string;
  readonly name: string;
  readonly inputs: PropertyMap;
  /** Registers the component itself; its URN is the parent of all children. */
  registerComponent(): Promise<string>;
  /** Registers a child in the engine, which previews or creates it before this resolves. */
  registerChild(child: ChildResource): Promise<{ readonly urn: string; readonly id: string }>;
  warn(message: string, urn: string): Promise<void>;
}

export interface ChildResource {
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  readonly inputs: PropertyMap;
  /** URNs of what must exist first. */
  readonly dependsOn: readonly string[];
  readonly retainOnDelete: boolean;
}

export interface ConstructResult {
  readonly urn: string;
  readonly state: PropertyMap;
}

/** The resource exists, but did not become ready: the engine records it and fails. */
export class ResourceNotReady extends Error {
  override readonly name = "ResourceNotReady";
  readonly id: string;
  readonly state: PropertyMap;

  constructor(message: string, id: string, state: PropertyMap) {
    super(message);
    this.id = id;
    this.state = state;
  }
}
