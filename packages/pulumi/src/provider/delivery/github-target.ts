import { ConnectError, isConnectError } from "@opconnect/core";
import { deleteActionsSecret, findActionsSecret, writeActionsSecret } from "@opconnect/provision";
import { z } from "zod";
import type { DeliveryTarget } from "./target.ts";

export const githubPlace = z.object({
  kind: z.literal("githubActions"),
  repository: z.string(),
  environment: z.string().optional(),
  name: z.string(),
});

/** A secret of GitHub Actions, of which GitHub tells no more than when it was written. */
export function githubTarget(place: z.infer<typeof githubPlace>): DeliveryTarget {
  const { repository, environment, name } = place;
  const where = environment === undefined ? repository : `${repository} (${environment})`;
  const option = environment === undefined ? "" : ` --env ${environment}`;
  return {
    words: {
      place: `the secret ${name} of ${where} on GitHub`,
      freeing: `\`gh secret delete ${name} --repo ${repository}${option}\``,
    },

    async look(_holder, isOurs) {
      const found = await findActionsSecret(place);
      if (found === undefined) return "nothing";
      return isOurs ? { receipt: found.writtenAt } : "another's";
    },

    async deliver({ value }) {
      const { writtenAt } = await writeActionsSecret({ ...place, value });
      return { id: [repository, environment, name].filter(Boolean).join("/"), receipt: writtenAt };
    },

    async remove({ holder }) {
      try {
        await deleteActionsSecret(place);
        return undefined;
      } catch (error) {
        // GitHub hides what is gone and what the token may not see in the same words.
        if (!isConnectError(error) || error.code !== "GITHUB_ACCESS_DENIED") throw error;
        const remedy = `${error.remedy} If ${where} is gone for good: \`pulumi state delete '${holder}'\`.`;
        throw new ConnectError(error.code, error.happened, remedy);
      }
    },
  };
}
