import { askedByProxy } from "../../rig/secrets-manager/store-proxy.ts";
import type { RigAccess } from "../rig-access.ts";

/**
 * Records which actions Secrets Manager is asked for from now on, by moto's recorder. The function
 * returned ends the recording and names them, e.g. `"DescribeSecret"`.
 * @see https://docs.getmoto.org/en/latest/docs/configuration/recorder/index.html
 */
export async function recordStoreRequests(
  rig: RigAccess,
): Promise<() => Promise<readonly string[]>> {
  const recorder = `${rig.env.AWS_ENDPOINT_URL}/moto-api/recorder`;
  const post = (action: string) => fetch(`${recorder}/${action}`, { method: "POST" });
  await post("reset-recording");
  await post("start-recording");
  return async () => {
    await post("stop-recording");
    const recording = await (await fetch(`${recorder}/download-recording`)).text();
    await post("reset-recording");
    return recording.split("\n").flatMap((request) => {
      if (isOfProxy.test(request)) return [];
      return /"X-Amz-Target": "secretsmanager\.(\w+)"/i.exec(request)?.[1] ?? [];
    });
  };
}

const isOfProxy = new RegExp(`"${askedByProxy}":`, "i");
