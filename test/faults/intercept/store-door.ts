import { z } from "zod";
import type { CallRecorder } from "./call-recorder.ts";
import { type DoorRequest, type HttpDoor, startHttpDoor } from "./http-door.ts";

/** Starts a door before AWS Secrets Manager and STS. */
export function startStoreDoor(url: string, recorder: CallRecorder): Promise<HttpDoor> {
  return startHttpDoor(
    {
      system: "store",
      url,
      nameOf: (request) => `${actionOf(request)} ${secretOf(request)}`.trim(),
      refusal(request) {
        const Message = `User: arn:aws:iam::123456789012:user/ci is not authorized to perform: secretsmanager:${actionOf(request)}`;
        const body = JSON.stringify({ __type: "AccessDeniedException", Message });
        const headers = { "content-type": "application/x-amz-json-1.1" };
        return { status: 400, headers, body: Buffer.from(body) };
      },
    },
    recorder,
  );
}

function actionOf({ headers, body }: DoorRequest): string {
  const target = headers["x-amz-target"];
  if (typeof target === "string") return target.split(".").at(-1) ?? "";
  // STS takes forms.
  return new URLSearchParams(String(body)).get("Action") ?? "request";
}

const named = z.object({ SecretId: z.string().optional(), Name: z.string().optional() });

/** The last part of the secret's name, without the letters that AWS adds to it in an ARN. */
function secretOf({ headers, body }: DoorRequest): string {
  if (headers["x-amz-target"] === undefined) return "";
  const parsed = named.safeParse(JSON.parse(String(body)));
  const id = parsed.data?.SecretId ?? parsed.data?.Name ?? "";
  const name = id.startsWith("arn:") ? id.replace(/-[A-Za-z0-9]{6}$/, "") : id;
  return name.split("/").at(-1) ?? "";
}
