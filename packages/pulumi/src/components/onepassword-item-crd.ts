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
            jsonPath: '.status.conditions[?(@.type=="Ready")].status',
          },
          { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
        ],
        schema: {
          openAPIV3Schema: {
            description: "An item of 1Password that the operator keeps as a Kubernetes Secret.",
            type: "object",
            properties: {
              apiVersion: { type: "string" },
              kind: { type: "string" },
              metadata: { type: "object" },
              type: { type: "string", description: "Type of the Secret. Opaque if empty." },
              spec: {
                type: "object",
                properties: {
                  itemPath: { type: "string", description: "vaults/<vault>/items/<item>" },
                },
              },
              status: {
                type: "object",
                required: ["conditions"],
                properties: {
                  conditions: {
                    type: "array",
                    items: {
                      type: "object",
                      required: ["status", "type"],
                      properties: {
                        lastTransitionTime: { type: "string", format: "date-time" },
                        message: { type: "string" },
                        status: { type: "string" },
                        type: { type: "string" },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    ],
  },
};
