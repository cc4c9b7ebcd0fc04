import { z } from "zod";
import type { AnswerStore } from "./store-proxy.ts";

const described = z.object({
  VersionIdsToStages: z.record(z.string(), z.array(z.string())).default({}),
});

/**
 * Puts a value as Secrets Manager does: after a roll-back moto leaves AWSCURRENT with the version
 * rolled back to as well.
 */
export const putWithOneLabel: AnswerStore = async (request, ask) => {
  if (request.action !== "PutSecretValue") return undefined;
  const answer = await ask(request);
  if (answer.status !== 200) return answer;
  const { SecretId } = request.input;
  const { text } = await ask({ action: "DescribeSecret", input: { SecretId } });
  const labels = Object.entries(described.parse(JSON.parse(text)).VersionIdsToStages);
  const current = labels.filter(([, stages]) => stages.includes("AWSCURRENT"));
  const { VersionId, VersionStages = [] } = JSON.parse(answer.text);
  for (const [former] of VersionStages.includes("AWSCURRENT") ? current : []) {
    if (former === VersionId) continue;
    const input = { SecretId, VersionStage: "AWSCURRENT", RemoveFromVersionId: former };
    await ask({ action: "UpdateSecretVersionStage", input });
  }
  return answer;
};
