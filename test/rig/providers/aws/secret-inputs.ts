import { createHash, randomBytes } from "node:crypto";
import {
  hasUnknown,
  isList,
  type PropertyMap,
  textAt,
  unknownValue,
  withoutSecrets,
} from "../property-value.ts";
import type { CheckRequest, CheckResult } from "../provider.ts";
import type { AwsSession } from "./session.ts";
import { allTags } from "./tags.ts";

/** Completes the inputs of a secret: its name, the defaults, the provider's tags. */
export function checkSecret(request: CheckRequest, session: AwsSession): CheckResult {
  const given = request.inputs;
  const name = given.name ?? unnamed(request);
  const defaults: Record<string, PropertyMap[string]> = {
    forceOverwriteReplicaSecret: false,
    ...(name !== undefined && { name }),
    recoveryWindowInDays: 30,
    region: session.region,
  };
  const inputs = {
    ...defaults,
    ...given,
    __defaults: Object.keys(defaults).filter((key) => given[key] === undefined),
    tagsAll: allTags(given.tags, session),
  };
  return { inputs, failures: [...nameFailures(inputs), ...windowFailures(inputs)] };
}

/** Undefined if the name starts with `namePrefix`: then it is made when the secret is. */
function unnamed(request: CheckRequest): string | undefined {
  if (request.inputs.namePrefix !== undefined) return undefined;
  const old = withoutSecrets(request.old ?? {});
  const { __defaults: defaulted } = old;
  const kept = isList(defaulted) && defaulted.includes("name") ? textAt(old, "name") : undefined;
  return kept ?? newSecretName(`${request.name}-`, request);
}

function newSecretName(prefix: string, request: CheckRequest): string {
  const { proposedName, randomSeed, urn } = request;
  if (typeof proposedName === "string") return proposedName;
  if (proposedName?.disabled) {
    throw new Error("autonaming is disabled, resource requires the name property to be set");
  }
  const seed = randomSeed.length > 0 ? randomSeed : randomBytes(32);
  return prefix + createHash("sha256").update(seed).update(urn).digest("hex").slice(0, 7);
}

function nameFailures(inputs: PropertyMap) {
  const name = textAt(withoutSecrets(inputs), "name");
  if (name === undefined || name === unknownValue || namePattern.test(name)) return [];
  const reason = `invalid value for name (must contain only letters, digits and /_+=.@-, 512 at most): ${name}`;
  return [{ property: "name", reason }];
}

function windowFailures(inputs: PropertyMap) {
  const { recoveryWindowInDays: days } = withoutSecrets(inputs);
  if (days === undefined || hasUnknown(days)) return [];
  const isPossible = typeof days === "number" && (days === 0 || (days >= 7 && days <= 30));
  if (isPossible) return [];
  const reason = `expected recoveryWindowInDays to be 0 or in the range (7 - 30), got ${days}`;
  return [{ property: "recoveryWindowInDays", reason }];
}

/** @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html */
const namePattern = /^[0-9A-Za-z/_+=.@-]{1,512}$/;
