import * as pulumi from "@pulumi/pulumi";

/**
 * A value that is not itself an Output, whose fields would all pass for its own: those of its fields
 * that may be Outputs say so.
 */
export type Plain<T> = T & {
  /** Nothing has it but an Output, which is refused. */
  readonly apply?: never;
};

/**
 * Stands for an Output or a promise while a schema looks at arguments, which could take one for an
 * object that has every field.
 */
export const later = Symbol("known later");

/** Whether a value will be known only later. */
export function isDeferred(
  value: unknown,
): value is pulumi.Output<unknown> | Promise<unknown> | typeof later {
  return value === later || isOutput(value) || value instanceof Promise;
}

/** What only bears the mark of an Output, as JSON can, is none. */
function isOutput(value: unknown): value is pulumi.Output<unknown> {
  return pulumi.Output.isInstance(value) && typeof value.apply === "function";
}
