/**
 * What the stand-in says of its resources to languages that have no package of types, YAML for one:
 * two kinds, as the real provider's schema has them, without its descriptions. Of metadata it has what
 * people write.
 * @see https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/gen/schema.go
 */
export function providerSchema(version: string): object {
  return {
    name: "kubernetes",
    version,
    types: { [metadata]: { type: "object", properties: metadataProperties } },
    resources: {
      "kubernetes:core/v1:ConfigMap": objectOf("ConfigMap", {
        binaryData: texts,
        data: texts,
        immutable: { type: "boolean" },
      }),
      "kubernetes:core/v1:Secret": objectOf("Secret", {
        data: { ...texts, secret: true },
        immutable: { type: "boolean" },
        stringData: { ...texts, secret: true },
        type: { type: "string" },
      }),
    },
  };
}

function objectOf(kind: string, own: Readonly<Record<string, object>>): object {
  const properties = {
    apiVersion: { type: "string", const: "v1" },
    kind: { type: "string", const: kind },
    metadata: { $ref: `#/types/${metadata}` },
    ...own,
  };
  return { properties, required: Object.keys(properties), inputProperties: properties };
}

const metadata = "kubernetes:meta/v1:ObjectMeta";

const texts = { type: "object", additionalProperties: { type: "string" } };

const metadataProperties = {
  annotations: texts,
  finalizers: { type: "array", items: { type: "string" } },
  generateName: { type: "string" },
  labels: texts,
  name: { type: "string" },
  namespace: { type: "string" },
};
