import { z } from "zod";
import { type Finding, ok } from "../preflight/result.ts";

/** Name of the CustomResourceDefinition of `OnePasswordItem`. */
export const definitionName = "onepassworditems.onepassword.com";

/** Judges whether the cluster has the kind `OnePasswordItem` in the version that the operator takes. */
export function judgeDefinition(found: unknown): Finding {
  const failed = (happened: string): Finding => ({
    status: "failed",
    happened,
    remedy:
      "`pulumi up --refresh` puts it right. See who else writes it: all environments share it.",
  });
  if (found === undefined) {
    return failed(`The cluster has no CustomResourceDefinition ${definitionName}.`);
  }
  const { metadata, spec, status } = definition.parse(found);
  if (metadata.deletionTimestamp !== undefined) {
    return failed("It is being deleted, and all items with it.");
  }
  const served = spec.versions.filter((version) => version.served);
  const current = served.find(({ name }) => name === version);
  if (current === undefined) {
    const others = served.map(({ name }) => name).join(", ") || "nothing";
    return failed(`It serves ${others}, and the operator asks for ${version}.`);
  }
  const { subresources, schema } = current;
  const { spec: ofSpec, ...fields } = schema.openAPIV3Schema.properties;
  const lacking = [
    ...("itemPath" in (ofSpec?.properties ?? {}) ? [] : ["spec.itemPath"]),
    ...("type" in fields ? [] : ["type"]),
    ...("status" in fields && "status" in subresources ? [] : ["status"]),
  ];
  if (lacking.length > 0) {
    return failed(
      `Its version ${version} knows no ${lacking.join(", ")}: the API server drops it.`,
    );
  }
  const isEstablished = status.conditions.some(
    ({ type, status: held }) => type === "Established" && held === "True",
  );
  if (!isEstablished) return failed("The API server has not taken it up.");
  return ok(`The cluster serves ${version}, with all that items need.`);
}

/** The only one that there ever was, from the operator 1.0 to 1.12. */
const version = "v1";

const properties = z.record(z.string(), z.unknown()).default({});

const definition = z.object({
  metadata: z.object({ deletionTimestamp: z.string().optional() }),
  spec: z.object({
    versions: z.array(
      z.object({
        name: z.string(),
        served: z.boolean(),
        subresources: properties,
        schema: z
          .object({
            openAPIV3Schema: z
              .object({
                properties: z
                  .looseObject({ spec: z.object({ properties }).optional() })
                  .default({}),
              })
              .default({ properties: {} }),
          })
          .default({ openAPIV3Schema: { properties: {} } }),
      }),
    ),
  }),
  status: z
    .object({
      conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
    })
    .default({ conditions: [] }),
});
