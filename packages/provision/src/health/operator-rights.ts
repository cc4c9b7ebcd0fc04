import {
  clusterRightsOfList,
  operatorRights,
  type RoleRule,
} from "@opconnect/core/operator-rights";
import type { ClusterInspection } from "../cluster/inspection/inspect.ts";
import { type ClusterPermission, describePermission } from "../cluster/rights.ts";
import { type Finding, ok } from "../preflight/result.ts";
import type { Operator } from "./operator.ts";

/**
 * Asks the API server whether it would deny the operator something. What it has denied already stands
 * in its audit log alone, which no client may read.
 */
export async function checkOperatorRights(
  operator: Operator,
  { isAllowedTo }: Pick<ClusterInspection, "isAllowedTo">,
): Promise<Finding> {
  const { namespace, name, serviceAccount, watches } = operator;
  const account = { namespace, name: serviceAccount };
  const needed = neededBy(operator);
  const answers = await Promise.all(needed.map((right) => isAllowedTo(account, right)));
  if (answers.includes("hidden")) {
    return {
      status: "skipped",
      happened: "Not looked at: you may not ask what others may do.",
      remedy: "It takes `create` on `subjectaccessreviews`.",
    };
  }
  const denied = needed.filter((_, index) => answers[index] === false);
  if (denied.length > 0) {
    return {
      status: "failed",
      happened: `The service account ${serviceAccount} may not ${denied.map(describePermission).join(", ")}.`,
      remedy: `\`pulumi up --refresh\` binds its role again. Then \`kubectl rollout restart deployment -n ${namespace} ${name}\`.`,
    };
  }
  const where = watches === undefined ? "all namespaces" : watches.join(", ");
  return ok(`It may do all that it has to in ${where}.`);
}

/** Of an operator whose image does not tell its version, what the oldest one needs in a namespace. */
function neededBy({ watches, version }: Operator): readonly ClusterPermission[] {
  const rules = operatorRights(version ?? "1.8.1", watches === undefined ? "all" : "list");
  const beside = watches === undefined ? [] : clusterRightsOfList(version);
  return [
    ...(watches ?? [undefined]).flatMap((namespace) => permissions(rules, namespace)),
    ...permissions(beside, undefined),
  ];
}

function permissions(
  rules: readonly RoleRule[],
  namespace: string | undefined,
): readonly ClusterPermission[] {
  return rules.flatMap(({ apiGroups, resources, verbs }) =>
    resources.flatMap((path) => {
      const [resource = "", subresource] = path.split("/");
      const name = resource === "namespaces" ? namespace : undefined;
      return apiGroups.flatMap((group) =>
        verbs.map((verb) => ({ verb, group, resource, subresource, namespace, name })),
      );
    }),
  );
}
