import { isConnectError } from "@opconnect/core/connect-error";
import type * as pulumi from "@pulumi/pulumi";
import { diffProperties, type PropertyRoles } from "./property-diff.ts";

/** Life cycle of one kind of dynamic resource: what the stub kept in state forwards to. */
export interface Crud {
  check(olds: Properties, news: Properties): Promise<pulumi.dynamic.CheckResult>;
  diff(id: string, olds: Properties, news: Properties): Promise<pulumi.dynamic.DiffResult>;
  create(inputs: Properties): Promise<pulumi.dynamic.CreateResult>;
  update(id: string, olds: Properties, news: Properties): Promise<pulumi.dynamic.UpdateResult>;
  delete(id: string, state: Properties): Promise<void>;
}

/** Inputs or state of a dynamic resource as the engine sends them. */
export type Properties = Readonly<Record<string, unknown>>;

/** What a kind of resource does to the outside world. */
export interface Work {
  /** @default - takes the inputs as they are: its component has checked them. */
  check?(olds: Properties, news: Properties): Promise<pulumi.dynamic.CheckResult>;
  create(inputs: Properties): Promise<pulumi.dynamic.CreateResult>;
  /** @default - there is none: every change is a replacement */
  update?(id: string, olds: Properties, news: Properties): Promise<pulumi.dynamic.UpdateResult>;
  /** @default - nothing is deleted */
  delete?(id: string, state: Properties): Promise<void>;
}

/**
 * A life cycle whose diff is known at once and whose work is loaded when it is needed: a preview
 * would otherwise spend more time on loading clients than on anything else.
 * @param hasCheck Whether the work checks inputs itself.
 */
export function deferredCrud(
  roles: PropertyRoles,
  load: () => Promise<{ readonly work: Work }>,
  { hasCheck = false }: { readonly hasCheck?: boolean } = {},
): Crud {
  return {
    async check(olds, news) {
      if (!hasCheck) return { inputs: news };
      const { work } = await load();
      return work.check?.(olds, news) ?? { inputs: news };
    },
    async diff(_id, olds, news) {
      return diffProperties(olds, news, roles);
    },
    async create(inputs) {
      return (await load()).work.create(inputs);
    },
    async update(id, olds, news) {
      return (await (await load()).work.update?.(id, olds, news)) ?? { outs: { ...olds } };
    },
    async delete(id, state) {
      await withoutStack(async () => (await load()).work.delete?.(id, state));
    },
  };
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
