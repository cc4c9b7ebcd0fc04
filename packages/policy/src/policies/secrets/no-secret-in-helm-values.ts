import { isGiven, type KnownRecord, recordAt } from "../../rule/known.ts";
import type { ResourceRule } from "../../rule/rule.ts";
import { isChart } from "./helm-charts.ts";
import { secretPaths } from "./secret-paths.ts";

/** Helm keeps values in a Secret of the release, and renders them into manifests. */
export const noSecretInHelmValues: ResourceRule = {
  name: "no-secret-in-helm-values",
  description: "No value of a Helm chart holds a secret.",
  looksAt:
    "`values` of charts and releases: what is a secret by its form, and the values of 1Password's chart that take a credential, whatever they hold",
  fix: "Let `ConnectDeployment` make the Kubernetes Secrets, or name one that is there with `connect.credentialsName` and `operator.token.name`.",
  level: "mandatory",
  checkResource({ type, name, props }) {
    if (!isChart(type)) return [];
    const values = recordAt(props, "values");
    const paths = new Set([...credentialPaths(values), ...secretPaths(values)]);
    return [...paths].map((path) => ({
      says: `The value \`${path}\` of the chart ${name} is for a secret, or looks like one.`,
    }));
  },
};

function credentialPaths(values: KnownRecord): readonly string[] {
  return credentialValues.filter((path) => {
    const names = path.split(".");
    return isGiven(recordAt(values, ...names.slice(0, -1))[names.at(-1) ?? ""]);
  });
}

/** @see https://github.com/1Password/connect-helm-charts/blob/main/charts/connect/values.yaml */
const credentialValues = [
  "connect.credentials",
  "connect.credentials_base64",
  "operator.token.value",
  "operator.serviceAccountToken.value",
];
