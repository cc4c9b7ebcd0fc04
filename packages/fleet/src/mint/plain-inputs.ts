import { isRecord } from "@opconnect/core";
import { secretSignature, signatureKey } from "../report/engine/values.ts";

type Inputs = Readonly<Record<string, unknown>>;

/**
 * Inputs as a provider gets them: a secret is its value, and a resource its id. What is unknown
 * stays the text that stands for it.
 * @see https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/properties.go
 */
export function plainInputs(inputs: Inputs): Inputs {
  return Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, plain(value)]));
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isRecord(value)) return value;
  switch (value[signatureKey]) {
    case secretSignature:
      return plain(value.value);
    case resourceSignature:
      return value.id ?? value.urn;
    default:
      return plainInputs(value);
  }
}

const resourceSignature = "5cf8f73096256a8f31e491e813e4eb8e";
