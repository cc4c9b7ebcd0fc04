import { randomBytes } from "node:crypto";
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from "node:http";
import { buffer } from "node:stream/consumers";
import { startAwsProxy } from "../../../packages/cli/fixtures/aws-proxy.ts";
import { type LocalServer, listenLocally } from "../../rig/processes/listen-locally.ts";
import type { RigAccess } from "../rig-access.ts";
import type { MfaUser } from "./mfa-user.ts";
import { isCurrentCode } from "./one-time-code.ts";

/** One request to STS or another service of AWS. */
export interface AwsCall {
  /** E.g. `"GetSessionToken"`. */
  readonly action: string;
  /** Id of the access key that signed it. */
  readonly keyId: string;
  readonly serial?: string;
  readonly code?: string;
  /** HTTP status of the answer; absent while there is none. */
  status?: number;
}

/** What AWS has and moto has not, before moto: MFA, codes that count once, sessions of their own. */
export interface StsGateway extends Pick<LocalServer, "stop"> {
  /**
   * Variables by which programs find it: as AWS itself, and where AWS_ENDPOINT_URL counts, as a
   * server of this machine.
   */
  readonly env: Readonly<Record<string, string>>;
  /** All requests so far. */
  readonly calls: readonly AwsCall[];
  /** Values of all sessions handed out so far. */
  readonly issued: readonly Session[];
  addUser(user: MfaUser): void;
  /** The sessions that a user asked for, whether granted or not. */
  sessionCalls(user: MfaUser): readonly AwsCall[];
  /** Has a user's session requests wait once they are granted, until told. */
  holdAnswers(user: MfaUser): () => void;
}

export interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Starts a gateway to the rig's moto. Signatures are not verified: moto has no secret to do it with. */
export async function startStsGateway(rig: RigAccess): Promise<StsGateway> {
  const users = new Map<string, MfaUser>();
  const usedCodes = new Set<string>();
  const calls: AwsCall[] = [];
  const issued: Session[] = [];
  const roleKeys = new Set<string>();
  const held = new Map<string, Promise<void>>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const call = parseCall(request, body);
    calls.push(call);
    const refusal = refuse(call, request);
    if (refusal !== undefined) {
      call.status = 403;
      response.writeHead(403, { "content-type": "text/xml" }).end(refusal);
      return;
    }
    const url = new URL(request.url ?? "/", rig.env.AWS_ENDPOINT_URL);
    const passed = await fetch(url, { method: "POST", headers: passedHeaders(request), body });
    const text = personal(call, await passed.text());
    await held.get(call.keyId);
    call.status = passed.status;
    const type = passed.headers.get("content-type") ?? "text/xml";
    response.writeHead(passed.status, { "content-type": type }).end(text);
  }

  /** @see https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
  function refuse(call: AwsCall, request: IncomingMessage): string | undefined {
    const user = users.get(call.keyId);
    const session = issued.find(({ accessKeyId }) => accessKeyId === call.keyId);
    const token = request.headers["x-amz-security-token"];
    const isKnown =
      user !== undefined ||
      (session !== undefined && session.sessionToken === token) ||
      roleKeys.has(call.keyId);
    if (!isKnown) return errorXml("InvalidClientTokenId", "The security token is invalid.");
    if (call.action !== "GetSessionToken" || user === undefined) return undefined;
    const code = `${call.serial} ${call.code}`;
    const isRight = call.serial === user.mfaSerial && isCurrentCode(user.totpSecret, call.code);
    if (!isRight || usedCodes.has(code)) {
      const failed = "MultiFactorAuthentication failed with invalid MFA one time pass code.";
      return errorXml("AccessDenied", failed);
    }
    usedCodes.add(code);
    return undefined;
  }

  /** Moto answers with the same example session for ever. */
  function personal({ action }: AwsCall, text: string): string {
    if (action === "AssumeRole") roleKeys.add(/<AccessKeyId>(\w+)</.exec(text)?.[1] ?? "");
    if (action !== "GetSessionToken") return text;
    const session = newSession();
    issued.push(session);
    return text
      .replace(/(<AccessKeyId>)[^<]*/, `$1${session.accessKeyId}`)
      .replace(/(<SecretAccessKey>)[^<]*/, `$1${session.secretAccessKey}`)
      .replace(/(<SessionToken>)[^<]*/, `$1${session.sessionToken}`);
  }

  const listener: RequestListener = (request, response) => {
    answer(request, response).catch((error: Error) => response.destroy(error));
  };
  const server = await listenLocally(createServer(listener));
  const proxy = await startAwsProxy(listener);
  return {
    env: { AWS_ENDPOINT_URL: server.url, ...proxy.env },
    stop: async () => void (await Promise.all([server.stop(), proxy.stop()])),
    calls,
    issued,
    addUser: (user) => void users.set(user.accessKeyId, user),
    sessionCalls: ({ accessKeyId }) =>
      calls.filter(({ action, keyId }) => action === "GetSessionToken" && keyId === accessKeyId),
    holdAnswers({ accessKeyId }) {
      let release = () => {};
      held.set(accessKeyId, new Promise((resolve) => (release = resolve)));
      return () => {
        held.delete(accessKeyId);
        release();
      };
    },
  };
}

function parseCall({ headers }: IncomingMessage, body: Buffer): AwsCall {
  const form = new URLSearchParams(body.toString("utf8"));
  const target = String(headers["x-amz-target"] ?? "")
    .split(".")
    .at(-1);
  const serial = form.get("SerialNumber");
  const code = form.get("TokenCode");
  return {
    action: form.get("Action") ?? target ?? "",
    keyId: /Credential=(\w+)\//.exec(headers.authorization ?? "")?.[1] ?? "",
    ...(serial === null ? {} : { serial }),
    ...(code === null ? {} : { code }),
  };
}

function passedHeaders({ headers }: IncomingMessage): Record<string, string> {
  const names = ["content-type", "authorization", "x-amz-target", "x-amz-date", "accept"];
  return Object.fromEntries(
    names.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])),
  );
}

function newSession(): Session {
  return {
    accessKeyId: `ASIA${randomBytes(8).toString("hex").toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString("base64"),
    sessionToken: randomBytes(192).toString("base64"),
  };
}

function errorXml(code: string, message: string): string {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${error}<RequestId>rig</RequestId></ErrorResponse>`;
}
