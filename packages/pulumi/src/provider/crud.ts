import type * as pulumi from "@pulumi/pulumi";

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
