import type { LocalServer } from "../../rig/processes/listen-locally.ts";
import { refusal, startStoreProxy } from "../../rig/secrets-manager/store-proxy.ts";
import type { RigAccess } from "../rig-access.ts";

/**
 * Starts Secrets Manager as an identity sees it that may not do everything.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html
 */
export async function startRefusingStore(
  { env }: RigAccess,
  refused: readonly string[],
): Promise<LocalServer> {
  return startStoreProxy(env.AWS_ENDPOINT_URL ?? "", ({ action }) =>
    refused.includes(action) ? refusal("AccessDeniedException", mayNot(action)) : undefined,
  );
}

function mayNot(action: string): string {
  return `User: arn:aws:iam::123456789012:user/ci is not authorized to perform: secretsmanager:${action} because no identity-based policy allows the secretsmanager:${action} action`;
}
