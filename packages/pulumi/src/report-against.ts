import { isConnectError } from "@opconnect/core/connect-error";
import * as pulumi from "@pulumi/pulumi";

/**
 * Runs `work` and reports a `ConnectError` it throws against a resource, without a stack: the
 * message says what to do, and a local Pulumi program hides stacks only for `ResourceError`.
 */
export function reportAgainst<T>(resource: pulumi.Resource, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isConnectError(error) ? new pulumi.ResourceError(error.message, resource, true) : error;
  }
}
