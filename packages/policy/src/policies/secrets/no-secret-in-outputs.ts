import type { StackRule } from "../../rule/rule.ts";
import { secretPaths } from "./secret-paths.ts";

/** Outputs are printed after every update, and other stacks read them. */
export const noSecretInOutputs: StackRule = {
  name: "no-secret-in-outputs",
  description: "No output of a stack holds a secret.",
  looksAt:
    "every text among the outputs of the stack: what is a secret by its form, also in base64",
  fix: "Export the id of the secret in the credential store instead, such as `credentialsSecretId`.",
  level: "mandatory",
  checkStack(resources) {
    const stacks = resources.filter(({ type }) => type === "pulumi:pulumi:Stack");
    return stacks.flatMap(({ urn, props }) =>
      secretPaths(props).map((path) => ({
        urn,
        says: `The output \`${path}\` looks like a secret.`,
      })),
    );
  },
};
