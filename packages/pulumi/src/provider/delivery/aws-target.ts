import { randomUUID } from "node:crypto";
import { isOnlyHolder } from "@opconnect/core";
import {
  adoptedTagKey,
  deleteHeldSecret,
  ensureHeldSecret,
  storeConfigSchema,
} from "@opconnect/provision";
import { z } from "zod";
import { systemsOf } from "../outside-systems.ts";
import { type DeliveryTarget, noReceipt } from "./target.ts";

export const awsPlace = z.object({
  kind: z.literal("secretsManager"),
  store: storeConfigSchema,
  name: z.string(),
  description: z.string().optional(),
  tags: z.record(z.string(), z.string()).default({}),
});

/** A secret of its own in AWS Secrets Manager. */
export function awsTarget(place: z.infer<typeof awsPlace>): DeliveryTarget {
  const { name, description = "", tags } = place;
  const { store } = systemsOf(place);
  return {
    words: {
      place: `the secret ${name} of AWS Secrets Manager`,
      freeing: `\`aws secretsmanager delete-secret --secret-id ${name}\``,
    },

    async look(holder, isOurs) {
      const found = await store.findSecret(name);
      const described =
        found === undefined || found.isDeleted ? undefined : await store.describe(found.secretId);
      if (described === undefined) return "nothing";
      if (!isOurs) return isOnlyHolder("secret", described.tags, holder) ? "nothing" : "another's";
      return { receipt: described.versionId ?? noReceipt };
    },

    async deliver({ value, holder, before }) {
      const wanted = { name, description, tags, holder, claim: before?.claim };
      const { secretId, claim, outcome } = await ensureHeldSecret(wanted, { store });
      // One that somebody had scheduled for deletion nobody else needs: it goes with the resource.
      if (before === undefined && outcome !== "created") {
        await store.tag(secretId, { [adoptedTagKey]: "" });
      }
      // The id that a store makes of a value would tell one that is a word.
      const versionId = randomUUID();
      const written = await store.write({ secretId, value, tags: {}, versionId });
      return { id: secretId, secretId, receipt: written.versionId, claim };
    },

    async remove({ secretId = name, holder, claim }) {
      const fate = await deleteHeldSecret({ secretId, holder, claim }, { store });
      return fate.outcome === "kept" ? { others: fate.others } : undefined;
    },
  };
}
