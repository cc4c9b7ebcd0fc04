import type { RigAccess } from "../rig-access.ts";
import type { LocalServer } from "./listen-locally.ts";
import { startStoreProxy } from "./store-proxy.ts";

/** Starts Secrets Manager as an identity sees it that may not do everything. */
export async function startRefusingStore(
  rig: RigAccess,
  refused: readonly string[],
): Promise<LocalServer> {
  return startStoreProxy(rig, (action) =>
    refused.includes(action) ? { status: 400, text: JSON.stringify(refusal(action)) } : undefined,
  );
}

/** @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html */
function refusal(action: string) {
  return {
    __type: "AccessDeniedException",
    Message: `User: arn:aws:iam::123456789012:user/ci is not authorized to perform: secretsmanager:${action} because no identity-based policy allows the secretsmanager:${action} action`,
  };
}
