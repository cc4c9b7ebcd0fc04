import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { type Finding, ok } from "../preflight/result.ts";
import type { WantedAccessPolicy } from "./wanted.ts";

/** A policy and its binding as the API server has them; `undefined` if there is none. */
export interface FoundAccessPolicy {
  readonly policy: unknown;
  readonly binding: unknown;
}

/** Judges whether a policy that guards items is in force as it was deployed. */
export function judgeAccessPolicy(
  { name, spec, binding }: WantedAccessPolicy,
  found: FoundAccessPolicy,
): Finding {
  const parts = [
    ["ValidatingAdmissionPolicy", spec, found.policy],
    ["ValidatingAdmissionPolicyBinding", binding, found.binding],
  ] as const;
  const wrong = parts.flatMap(([kind, deployed, there]) => {
    if (there === undefined) return [`There is no ${kind} ${name}.`];
    const isSame = isDeepStrictEqual(object.parse(there).spec, deployed);
    return isSame ? [] : [`The ${kind} was changed since it was deployed.`];
  });
  if (wrong.length === 0) return ok("It is in force as deployed.");
  return {
    status: "failed",
    happened: wrong.join(" "),
    remedy: "`pulumi up --refresh` puts it back.",
  };
}

const object = z.object({ spec: z.unknown() });
