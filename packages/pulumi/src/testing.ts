import "./node-version.ts";
import type * as pulumi from "@pulumi/pulumi";
import { madeUp } from "./made-up.ts";

/**
 * Mocks for `pulumi.runtime.setMocks`, with which `ConnectEnvironment` and its parts work in tests of a
 * program: no engine, cluster, `op` or credential store is asked. Each resource of this library gets
 * ids and outputs of the shape that real ones have, the same for the same name; there is one cluster.
 * @param own What answers for all other resources, and is told of ours too, e.g. to record them. What
 * it returns for ours is passed on where nothing is made up.
 * @default - a resource has its inputs for outputs, and a function its arguments for a result
 * @see https://www.pulumi.com/docs/iac/guides/testing/unit/
 * @example
 * await pulumi.runtime.setMocks(connectMocks());
 * const { ConnectEnvironment } = await import("@opconnect/pulumi");
 */
export function connectMocks(own: Partial<pulumi.runtime.Mocks> = {}): pulumi.runtime.Mocks {
  return {
    async newResource(args) {
      const { name, inputs, id } = args;
      const theirs = await own.newResource?.(args);
      const ours = madeUp(args);
      return {
        id: ours?.id ?? theirs?.id ?? (id || `${name}-id`),
        state: { ...(theirs?.state ?? inputs), ...ours?.outputs },
      };
    },
    call: (args) => own.call?.(args) ?? args.inputs,
  };
}
