import { type AwsSession, sessionOf } from "../session/credentials.ts";
import type { SessionRequest } from "../session/request.ts";
import { askSts, type StsAnswer, type StsCaller, type StsSettings } from "./ask.ts";

/** What to ask STS for: a session of the user or, with a role, of the role. */
export interface StsRequest
  extends StsCaller,
    Partial<Pick<SessionRequest, "role" | "durationSeconds">> {
  readonly oneTimePassword?: { readonly serial: string; readonly code: string } | undefined;
}

/**
 * Asks STS for a session. Of the process's `AWS_…` variables and files none counts.
 * @throws `AWS_STS_DENIED`, `AWS_STS_THROTTLED`, `AWS_STS_UNREACHABLE` or `AWS_OTP_REFUSED`.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
 */
export async function requestSession(
  request: StsRequest,
  settings: StsSettings,
): Promise<StsAnswer<AwsSession>> {
  const { role, durationSeconds, oneTimePassword } = request;
  const options = {
    DurationSeconds: durationSeconds,
    SerialNumber: oneTimePassword?.serial,
    TokenCode: oneTimePassword?.code,
  };
  const { AssumeRoleCommand, GetSessionTokenCommand } = await import("@aws-sdk/client-sts");
  return await askSts(request, settings, async (client, abort) => {
    const { Credentials } =
      role === undefined
        ? await client.send(new GetSessionTokenCommand(options), abort)
        : await client.send(
            new AssumeRoleCommand({
              RoleArn: role.arn,
              RoleSessionName: role.sessionName,
              ExternalId: role.externalId,
              ...options,
            }),
            abort,
          );
    const session = sessionOf({ ...Credentials }, Credentials?.Expiration);
    if (session === undefined) throw new Error("STS answered without credentials.");
    return session;
  });
}

export async function callerArn(caller: StsCaller, settings: StsSettings): Promise<string> {
  const { GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
  const { answer } = await askSts(caller, settings, (client, abort) =>
    client.send(new GetCallerIdentityCommand({}), abort),
  );
  return answer.Arn ?? "unknown";
}
