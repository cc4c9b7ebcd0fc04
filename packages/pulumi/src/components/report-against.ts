import { isConnectError } from "@opconnect/core/connect-error";
import * as pulumi from "@pulumi/pulumi";

/**
 * Runs `work` and reports a `ConnectError` it throws against a resource, without a stack: the
 * message says what to do. Pulumi hides the stack of a `ResourceError` thrown while the program runs;
 * later, inside an `apply`, it prints whatever stack there is.
 */
export function reportAgainst<T>(resource: pulumi.Resource, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isConnectError(error)) throw error;
    throw Object.assign(new pulumi.ResourceError(error.message, resource, true), { stack: "" });
  }
}
