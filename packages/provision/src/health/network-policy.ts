import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { type Finding, ok } from "../preflight/result.ts";
import type { WantedNetworkPolicy } from "./wanted.ts";

/** Judges whether a NetworkPolicy is there as it was deployed: not, whether the network obeys it. */
export function judgeNetworkPolicy(
  { namespace, name, spec }: WantedNetworkPolicy,
  found: unknown,
): Finding {
  const failed = (happened: string): Finding => ({
    status: "failed",
    happened,
    remedy: "`pulumi up --refresh` puts it back.",
  });
  if (found === undefined) {
    return failed(`There is no NetworkPolicy ${name} in the namespace ${namespace}.`);
  }
  if (!isDeepStrictEqual(object.parse(found).spec, spec)) {
    return failed("It was changed since it was deployed.");
  }
  return ok(
    "It is present as deployed. Whether the cluster's network enforces it is not seen here.",
  );
}

const object = z.object({ spec: z.unknown() });
