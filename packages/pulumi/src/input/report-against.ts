import { isConnectError } from "@opconnect/core/connect-error";
import * as pulumi from "@pulumi/pulumi";

/**
 * Runs `work` and reports a `ConnectError` it throws, without a stack: the message says what to do.
 * Pulumi hides the stack of such an error thrown while the program runs; later, inside an `apply`,
 * it prints whatever stack there is.
 * @param resource Against what it is reported; the whole program where there is no resource yet.
 */
export function reportAgainst<T>(resource: pulumi.Resource | undefined, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isConnectError(error)) throw error;
    const reported =
      resource === undefined
        ? new pulumi.RunError(error.message)
        : new pulumi.ResourceError(error.message, resource, true);
    throw Object.assign(reported, { stack: "" });
  }
}
