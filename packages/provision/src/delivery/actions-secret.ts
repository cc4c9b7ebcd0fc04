import {
  ConnectError,
  type ConnectErrorCode,
  parseJson,
  redacted,
  unlessCode,
} from "@opconnect/core";
import { z } from "zod";
import { patient } from "../process/patient.ts";

/** A secret of GitHub Actions: of a repository, or of an environment of it. */
export interface ActionsSecretName {
  /** Owner and name, e.g. `"acme/infra"`. */
  readonly repository: string;
  /** @default - the repository's own secrets */
  readonly environment?: string | undefined;
  readonly name: string;
}

/**
 * Says when a secret was last written, as GitHub tells no more of it; `undefined` if there is none.
 * @throws `GITHUB_ACCESS_DENIED`, `GITHUB_FAILED`.
 */
export async function findActionsSecret(
  secret: ActionsSecretName,
  env = process.env,
): Promise<{ readonly writtenAt: string } | undefined> {
  const answer = await ask(env, secret, "GET", secret.name);
  if (answer.status === 404) {
    // GitHub also hides so what the token may not see: then there is no public key either.
    await publicKey(secret, env);
    return undefined;
  }
  return { writtenAt: parsed(answer, secret, z.object({ updated_at: z.string() })).updated_at };
}

/**
 * Writes a secret, encrypted for GitHub alone.
 * @throws `GITHUB_ACCESS_DENIED`, `GITHUB_FAILED`.
 */
export async function writeActionsSecret(
  secret: ActionsSecretName & { readonly value: string },
  env = process.env,
): Promise<{ readonly writtenAt: string }> {
  const { key, key_id } = await publicKey(secret, env);
  const { sealBox } = await import("./sealed-box.ts");
  const encrypted_value = Buffer.from(sealBox(secret.value, Buffer.from(key, "base64")));
  const body = { encrypted_value: encrypted_value.toString("base64"), key_id };
  const answer = await ask(env, secret, "PUT", secret.name, body);
  if (answer.status !== 201 && answer.status !== 204) throw refused(answer, secret);
  // It is there from now on, whatever else GitHub says: who takes it for a failure finds it later as
  // another's. The next look finds another time than this one, and it is delivered once more.
  const written = await unlessCode(["GITHUB_FAILED", "GITHUB_ACCESS_DENIED"], () =>
    findActionsSecret(secret, env),
  );
  return written ?? { writtenAt: "unknown" };
}

/** Deletes a secret; one that is gone is no error. */
export async function deleteActionsSecret(
  secret: ActionsSecretName,
  env = process.env,
): Promise<void> {
  const answer = await ask(env, secret, "DELETE", secret.name);
  if (answer.status === 204) return;
  if (answer.status !== 404) throw refused(answer, secret);
  await publicKey(secret, env);
}

async function publicKey(secret: ActionsSecretName, env: NodeJS.ProcessEnv) {
  const answer = await ask(env, secret, "GET", "public-key");
  return parsed(answer, secret, z.object({ key: z.string(), key_id: z.string() }));
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function ask(
  env: NodeJS.ProcessEnv,
  secret: ActionsSecretName,
  method: string,
  last: string,
  body?: object,
): Promise<Answer> {
  const token = env.GH_TOKEN || env.GITHUB_TOKEN;
  if (!token) throw denied(secret, "neither GH_TOKEN nor GITHUB_TOKEN is set here");
  const [owner = "", repository = ""] = secret.repository.split("/").map(encodeURIComponent);
  const place =
    secret.environment === undefined
      ? "actions"
      : `environments/${encodeURIComponent(secret.environment)}`;
  const base = env.GITHUB_API_URL || "https://api.github.com";
  const url = `${base.replace(/\/$/, "")}/repos/${owner}/${repository}/${place}/secrets/${last}`;
  // A repository that was renamed leads on to where it is; elsewhere than there the token is not sent.
  const init: RequestInit = {
    method,
    headers: {
      Accept: "application/vnd.github+json",
      Authorization: `Bearer ${token}`,
      "Content-Type": "application/json",
      "User-Agent": "opconnect",
      "X-GitHub-Api-Version": "2022-11-28",
    },
    signal: AbortSignal.timeout(20_000),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
  const response = await patient("Waiting for GitHub …", () =>
    fetch(url, init).catch(() => undefined),
  );
  if (response === undefined) throw failed(secret, "it does not answer");
  return { status: response.status, body: parseJson(await response.text().catch(() => "")) };
}

function parsed<T>(answer: Answer, secret: ActionsSecretName, schema: z.ZodType<T>): T {
  const { success, data } = schema.safeParse(answer.body);
  if (answer.status === 200 && success) return data;
  throw refused(answer, secret);
}

function refused({ status, body }: Answer, secret: ActionsSecretName): ConnectError {
  const told = z.object({ message: z.string() }).safeParse(body);
  const says = `HTTP ${status}${told.success ? `: ${redacted(told.data.message)}` : ""}`;
  return [401, 403, 404].includes(status) ? denied(secret, says) : failed(secret, says);
}

function denied(secret: ActionsSecretName, says: string): ConnectError {
  return failure(
    "GITHUB_ACCESS_DENIED",
    secret,
    says,
    "Set GH_TOKEN or GITHUB_TOKEN to one that may write secrets of that repository (of an environment: Environments too). The token that a job is given may not.",
  );
}

function failed(secret: ActionsSecretName, says: string): ConnectError {
  const remedy = "Look whether GitHub has troubles and can be reached from here, then run again.";
  return failure("GITHUB_FAILED", secret, says, remedy);
}

function failure(
  code: ConnectErrorCode,
  { repository, environment, name }: ActionsSecretName,
  says: string,
  remedy: string,
): ConnectError {
  const where = environment === undefined ? repository : `${repository} (${environment})`;
  return new ConnectError(
    code,
    `GitHub, asked for the secret ${name} of ${where}: ${says}.`,
    remedy,
  );
}
