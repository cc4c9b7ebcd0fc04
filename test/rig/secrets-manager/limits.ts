import { z } from "zod";
import { type AnswerStore, type AskStore, refusal, type StoreRequest } from "./store-proxy.ts";

/**
 * Refuses what Secrets Manager refuses and moto takes: values of more than 64 KiB, more tags than 50,
 * tags that are too long or hold other characters, and more versions than 100 in a day.
 * @param dayMs How long a day is, in milliseconds.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_TagResource.html
 */
export function refuseExcess(dayMs: number): AnswerStore {
  /** In seconds, by the version's id: moto says of each that it was made now. */
  const madeAt = new Map<string, number>();
  return async (request, ask) => {
    const { SecretString = "", Tags } = limited.parse(request.input);
    if (Buffer.byteLength(SecretString) > 65_536) {
      return refusal("ValidationException", "SecretString must have at most 65536 bytes.");
    }
    const odd = Tags.find(({ Key, Value }) => !tagKey.test(Key) || !tagValue.test(Value));
    if (odd !== undefined) {
      return refusal("InvalidParameterException", `The tag ${odd.Key} is not a valid tag.`);
    }
    const present = request.action === "TagResource" ? await tagKeys(request, ask) : [];
    if (new Set([...present, ...Tags.map(({ Key }) => Key)]).size > 50) {
      return refusal("LimitExceededException", "A secret can have at most 50 tags.");
    }
    if (request.action !== "PutSecretValue") return undefined;
    const yesterday = (Date.now() - dayMs) / 1_000;
    const added = String(request.input.ClientRequestToken);
    const listed = await listVersions(request, ask);
    const versions = listed.map((each) => ({
      ...each,
      CreatedDate: Math.min(each.CreatedDate, madeAt.get(each.VersionId) ?? each.CreatedDate),
    }));
    const refused = refuseVersion(versions, added, yesterday);
    if (refused === undefined && !madeAt.has(added)) madeAt.set(added, Date.now() / 1_000);
    return refused;
  };
}

const tag = z.object({ Key: z.string(), Value: z.string() });
const limited = z.object({ SecretString: z.string().optional(), Tags: z.array(tag).default([]) });

/** The user guide allows one character less than the API reference. */
const tagKey = /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,127}$/u;
const tagValue = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,255}$/u;

async function tagKeys({ input }: StoreRequest, ask: AskStore): Promise<readonly string[]> {
  const found = await ask({ action: "DescribeSecret", input: { SecretId: input.SecretId } });
  return found.status === 200
    ? limited.parse(JSON.parse(found.text)).Tags.map(({ Key }) => Key)
    : [];
}

const version = z.object({
  VersionId: z.string(),
  VersionStages: z.array(z.string()).default([]),
  CreatedDate: z.number(),
});
const versionPage = z.object({ Versions: z.array(version).default([]) });

async function listVersions({ input }: StoreRequest, ask: AskStore) {
  const asked = { SecretId: input.SecretId, IncludeDeprecated: true };
  const found = await ask({ action: "ListSecretVersionIds", input: asked });
  return found.status === 200 ? versionPage.parse(JSON.parse(found.text)).Versions : [];
}

/** Versions without a label go when there are more than 100, and not on their first day. */
function refuseVersion(
  versions: readonly z.infer<typeof version>[],
  added: string,
  yesterday: number,
) {
  if (versions.some(({ VersionId }) => VersionId === added)) return undefined;
  const kept = versions.filter(
    ({ VersionStages, CreatedDate }) => VersionStages.length > 0 || CreatedDate > yesterday,
  );
  if (kept.length < 100) return undefined;
  return refusal("LimitExceededException", "The secret has reached the limit of 100 versions.");
}
