import { connectServer, connectToken, credentialSecret, vault } from "@opconnect/pulumi/provider";

const lifeCycles = { connectServer, connectToken, credentialSecret, vault };

/** A resource of an environment, as a program declares it. */
export interface Resource {
  readonly name: string;
  readonly kind: keyof typeof lifeCycles;
  /** Its inputs, by the ids of the resources before it. */
  readonly inputs: (idOf: (resource: string) => string) => Properties;
  /** @default false */
  readonly retainOnDelete?: boolean;
}

/** What a state keeps, by the names of its resources, in the order in which they were made. */
export type StackState = Readonly<Record<string, ResourceState>>;

interface ResourceState extends Pick<Resource, "kind"> {
  readonly id: string;
  readonly inputs: Properties;
  readonly outs: Properties;
  readonly retainOnDelete: boolean;
}

type Properties = Readonly<Record<string, unknown>>;

/** An update that failed. */
class FailedUpdate extends Error {
  /** What the engine takes down: what was done, and what was half done. */
  readonly state: StackState;

  constructor(cause: unknown, state: StackState) {
    super(String(cause), { cause });
    this.state = state;
  }
}

/**
 * What the engine does in an update, one resource after the other: check, diff, and create, replace
 * or update. What was replaced or is declared no more is deleted last. Returns the new state.
 * @throws `FailedUpdate`
 */
export async function up(resources: readonly Resource[], state: StackState): Promise<StackState> {
  const now: Record<string, ResourceState> = {};
  const isFormer = ([name, { id }]: [string, ResourceState]) => id !== now[name]?.id;
  try {
    for (const resource of resources) {
      const { name } = resource;
      const inputs = resource.inputs((other) => now[other]?.id ?? "");
      const takeDown = (half: ResourceState) => {
        now[name] = half;
      };
      now[name] = await deploy(resource, inputs, state[name], takeDown);
    }
    await destroy(Object.fromEntries(Object.entries(state).filter(isFormer)));
  } catch (error) {
    // One that was replaced waits to be deleted.
    const waiting = Object.entries(state)
      .filter(isFormer)
      .map(([name, old]) => [now[name] === undefined ? name : `${name}, replaced`, old]);
    throw new FailedUpdate(error, { ...Object.fromEntries(waiting), ...now });
  }
  return now;
}

/** Compares the state with what is there, as `pulumi refresh` does. */
export async function refresh(state: StackState): Promise<StackState> {
  const found: Record<string, ResourceState> = {};
  for (const [name, known] of Object.entries(state)) {
    const { id, props } = await lifeCycles[known.kind].read(known.id, known.outs);
    if (id !== undefined && id !== "") found[name] = { ...known, id, outs: { ...props } };
  }
  return found;
}

/** Deletes what the state knows; what was made last goes first. */
export async function destroy(state: StackState): Promise<void> {
  for (const { kind, id, outs, retainOnDelete } of Object.values(state).toReversed()) {
    if (!retainOnDelete) await lifeCycles[kind].delete(id, outs);
  }
}

async function deploy(
  resource: Resource,
  declared: Properties,
  old: ResourceState | undefined,
  takeDown: (half: ResourceState) => void,
): Promise<ResourceState> {
  const kept = old && (await update(resource, declared, old, takeDown));
  return kept ?? create(resource, declared);
}

/** Nothing where another one has to take its place. */
async function update(
  { kind, retainOnDelete = false }: Resource,
  declared: Properties,
  old: ResourceState,
  takeDown: (half: ResourceState) => void,
): Promise<ResourceState | undefined> {
  const inputs = await check(kind, old.inputs, declared);
  const { changes, replaces = [] } = await lifeCycles[kind].diff(old.id, old.outs, inputs);
  if (replaces.length > 0) return undefined;
  const known = { ...old, inputs, retainOnDelete };
  if (!changes) return known;
  try {
    const { outs } = await lifeCycles[kind].update(old.id, old.outs, inputs);
    return { ...known, outs: { ...outs } };
  } catch (error) {
    const { properties } = Object(error);
    if (properties !== undefined) takeDown({ ...known, outs: properties });
    throw error;
  }
}

async function create(
  { kind, retainOnDelete = false }: Resource,
  declared: Properties,
): Promise<ResourceState> {
  const inputs = await check(kind, {}, declared);
  const { id, outs } = await lifeCycles[kind].create(inputs);
  return { kind, id, inputs, outs: { ...outs }, retainOnDelete };
}

async function check(kind: Resource["kind"], olds: Properties, declared: Properties) {
  const { inputs, failures = [] } = await lifeCycles[kind].check(olds, declared);
  if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("; "));
  return { ...inputs };
}
