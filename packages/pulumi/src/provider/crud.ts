import { ConnectError, isConnectError } from "@opconnect/core/connect-error";
import type * as pulumi from "@pulumi/pulumi";
import { diffProperties, type Properties, type PropertyRoles } from "./property-diff.ts";
import { RefreshedOnce, withFindingsOf } from "./refreshed-once.ts";
import { sayOnce } from "./warn-once.ts";

/** Life cycle of one kind of dynamic resource: what the stub kept in state forwards to. */
export interface Crud {
  check(olds: Properties, news: Properties): Promise<pulumi.dynamic.CheckResult>;
  diff(id: string, olds: Properties, news: Properties): Promise<pulumi.dynamic.DiffResult>;
  create(inputs: Properties): Promise<pulumi.dynamic.CreateResult>;
  read(id: string, state?: Properties): Promise<pulumi.dynamic.ReadResult>;
  update(id: string, olds: Properties, news: Properties): Promise<pulumi.dynamic.UpdateResult>;
  delete(id: string, state: Properties): Promise<void>;
}

/** What a kind of resource does to the outside world. */
export interface Work {
  create(inputs: Properties): Promise<pulumi.dynamic.CreateResult>;
  /**
   * Compares state with what is there, for `pulumi refresh`; `undefined` if it is gone.
   * @default - it is taken for what the state says
   */
  read?(id: string, state: Properties): Promise<Properties | undefined>;
  /** @default - the new inputs are taken down, and nothing else has to change */
  update?(id: string, olds: Properties, news: Properties): Promise<pulumi.dynamic.UpdateResult>;
  /** @default - nothing is deleted */
  delete?(id: string, state: Properties): Promise<void>;
}

/**
 * Checks inputs, and may add to them. The engine passes no `olds` for a new resource, nor for the
 * one that replaces another: what is added and compared has to be the same without them.
 */
export type Check = (
  olds: Properties,
  news: Properties,
  roles: PropertyRoles,
) => Promise<pulumi.dynamic.CheckResult>;

/** What a kind of resource does besides its work. */
export interface CrudOptions {
  /** @default - takes the inputs as they are: its component has checked them */
  readonly check?: () => Promise<{ readonly check: Check }>;
  /** @default - `diffProperties` with the roles */
  readonly diff?: (olds: Properties, news: Properties) => pulumi.dynamic.DiffResult;
  /**
   * Inputs that tell what `check` found outside, and no wish of the program.
   * @default - none
   */
  readonly findings?: readonly string[];
}

/**
 * A life cycle whose diff is known at once and whose work is loaded when it is needed: a preview
 * would otherwise spend more time on loading clients than on anything else.
 */
export function deferredCrud(
  roles: PropertyRoles,
  load: () => Promise<{ readonly work: Work }>,
  {
    check,
    diff = (olds, news) => diffProperties(olds, news, roles),
    findings = [],
  }: CrudOptions = {},
): Crud {
  const refreshed = new RefreshedOnce();
  return {
    async check(olds, news) {
      refreshed.end();
      if (check === undefined) return { inputs: news };
      return (await check()).check(olds, news, roles);
    },
    async diff(id, olds, news) {
      return diff(olds, refreshed.take(id) ? withFindingsOf(olds, news, findings) : news);
    },
    async create(inputs) {
      const { id, outs } = await (await load()).work.create(inputs);
      return { id, outs: withoutUndefined(outs ?? {}) };
    },
    async read(id, state = {}) {
      const { work } = await load();
      const read = async () => (work.read === undefined ? state : work.read(id, state));
      const found = await knownOr(state, read);
      if (found === undefined) return { id: "" };
      refreshed.add(id);
      return { id, props: withoutUndefined(found) };
    },
    async update(id, olds, news) {
      const { work } = await load();
      const updated = await work.update?.(id, olds, news);
      return { outs: withoutUndefined(updated?.outs ?? { ...olds, ...news }) };
    },
    async delete(id, state) {
      await withoutStack(async () => (await load()).work.delete?.(id, state));
    },
  };
}

/**
 * Does the work of an update. Where it fails after it has begun, the state is to be what says so: as
 * of a resource that is there and did not get ready, the engine takes it down with the error. So the
 * next update is one, be it that of a change taken back.
 */
export async function takingDownHalf(
  half: { readonly id: string; readonly properties: Properties },
  work: (begins: () => void) => Promise<void>,
): Promise<void> {
  let hasBegun = false;
  const begins = () => {
    hasBegun = true;
  };
  try {
    await work(begins);
  } catch (error) {
    if (!hasBegun || !isConnectError(error)) throw error;
    throw Object.assign(error, { ...half, reasons: [error.message] });
  }
}

/** The host of dynamic providers cannot send an undefined property. */
function withoutUndefined(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}

/**
 * A refresh keeps what it cannot look at: for want of access nothing is dropped, and nothing else
 * is held up.
 */
async function knownOr(
  state: Properties,
  read: () => Promise<Properties | undefined>,
): Promise<Properties | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Error && error.name === "ZodError") throw notByIdAlone();
    if (!isConnectError(error)) throw error;
    sayOnce(`${error.message} Until then, what it is about is kept as it is known.`);
    return state;
  }
}

/** The engine asks for a resource of which the state knows nothing: `id` among its options. */
function notByIdAlone(): ConnectError {
  const refusal = new ConnectError(
    "ARGUMENT_INVALID",
    "A resource of opconnect cannot be read by its id alone.",
    "Declare it without `id` or `import`: what 1Password and the credential store have is adopted by the first `pulumi up`.",
  );
  return Object.assign(refusal, { stack: "" });
}

/** The host of dynamic providers prints the stack of an error of `delete`: ours says it all. */
async function withoutStack(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (isConnectError(error)) error.stack = "";
    throw error;
  }
}
