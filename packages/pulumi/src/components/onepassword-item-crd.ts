const text = { type: "string" };

const condition = {
  ...object({
    lastTransitionTime: { ...text, format: "date-time" },
    message: text,
    status: text,
    type: text,
  }),
  required: ["status", "type"],
};

function object<T>(properties: T) {
  return { type: "object", properties };
}

/**
 * The CustomResourceDefinition `onepassworditems.onepassword.com`. Every chart from 1.17.0 to 2.4.1
 * ships the same schema; the columns and the short name are those of the operator 1.12. Helm would
 * install it once and never upgrade it, so it is ours.
 * @see https://github.com/1Password/onepassword-operator/blob/v1.12.0/config/crd/bases/onepassword.com_onepassworditems.yaml
 */
export const onePasswordItemCrd = {
  metadata: { name: "onepassworditems.onepassword.com" },
  spec: {
    group: "onepassword.com",
    scope: "Namespaced",
    names: {
      kind: "OnePasswordItem",
      listKind: "OnePasswordItemList",
      plural: "onepassworditems",
      singular: "onepassworditem",
      shortNames: ["opi"],
    },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        subresources: { status: {} },
        additionalPrinterColumns: [
          {
            name: "Ready",
            type: "string",
            jsonPath: `.status.conditions[?(@.type=="Ready")].status`,
          },
          { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
        ],
        schema: {
          openAPIV3Schema: {
            description: "An item of 1Password that the operator keeps as a Kubernetes Secret.",
            type: "object",
            properties: {
              apiVersion: text,
              kind: text,
              metadata: { type: "object" },
              type: { ...text, description: "Type of the Secret. Opaque if empty." },
              spec: object({ itemPath: { ...text, description: "vaults/<vault>/items/<item>" } }),
              status: {
                ...object({ conditions: { type: "array", items: condition } }),
                required: ["conditions"],
              },
            },
          },
        },
      },
    ],
  },
};
