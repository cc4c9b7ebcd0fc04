import type { ResourceRule } from "../../rule/rule.ts";
import { isChart } from "./helm-charts.ts";
import { secretPaths } from "./secret-paths.ts";

/** An input goes into the state, encrypted or not, and with it to whoever may read that. */
export const noSecretInInputs: ResourceRule = {
  name: "no-secret-in-inputs",
  description: "No input of a resource holds a credential of 1Password, of AWS or a private key.",
  looksAt:
    "every text among the inputs of every resource, marked as a secret or not: what is a secret by its form, also in base64",
  fix: "Keep the credential in the credential store, or let the operator put an item into the cluster: neither goes through Pulumi's state.",
  level: "mandatory",
  checkResource({ type, name, props }) {
    const { values: _, ...rest } = props;
    return secretPaths(isChart(type) ? rest : props).map((path) => ({
      says: `\`${path}\` of ${name} looks like a secret.`,
    }));
  },
};
