import type { SecretLocation } from "@opconnect/provision";
import { z } from "zod";
import { awsPlace, awsTarget } from "./aws-target.ts";
import { clusterPlace, clusterTarget } from "./cluster-target.ts";
import { githubPlace, githubTarget } from "./github-target.ts";
import type { DeliveryTarget } from "./target.ts";

export const from: z.ZodType<SecretLocation> = z.union([
  z.string(),
  z.object({ sopsFile: z.string(), key: z.array(z.string()) }),
]);

const place = z.discriminatedUnion("kind", [clusterPlace, awsPlace, githubPlace]);

/** The place that inputs or a state name. */
export function targetOf(properties: unknown): DeliveryTarget {
  const named = place.parse(properties);
  switch (named.kind) {
    case "kubernetes":
      return clusterTarget(named);
    case "secretsManager":
      return awsTarget(named);
    case "githubActions":
      return githubTarget(named);
  }
}

/** What says where a place is, by its kind, and how it is reached. */
export const placeKeys = [
  ...["kind", "kubeconfig", "context", "clusterUid", "namespace", "name", "key"],
  ...["store", "repository", "environment"],
];
