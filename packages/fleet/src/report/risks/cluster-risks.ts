import type { PlannedStep } from "../engine/planned-steps.ts";
import { shownText } from "../shown.ts";
import { nameOf, type Properties, type Risk, recordIn, risk, textsIn } from "./risk.ts";

const rbac = "kubernetes:rbac.authorization.k8s.io/v1:";

/** Of an item whose Secret goes. */
export function itemRisks(
  { operation }: PlannedStep,
  olds: Properties,
  news: Properties,
): readonly Risk[] {
  const place = ({ namespace, name }: Properties) =>
    `${shownText(String(namespace))}/${shownText(String(name))}`;
  if (operation === "delete")
    return [risk("secret-deleted", "high", `The Secret ${place(olds)} is deleted with its item.`)];
  if (operation !== "replace" || place(olds) === place(news)) return [];
  return [
    risk(
      "secret-moved",
      "high",
      `The Secret ${place(olds)} is deleted, and made anew as ${place(news)}.`,
    ),
  ];
}

/** Of an operator that watches more. */
export function watchRisks(
  { operation }: PlannedStep,
  olds: Properties,
  news: Properties,
): readonly Risk[] {
  if (operation === "delete") return [];
  const [before, after] = [textsIn(olds, "namespaces"), textsIn(news, "namespaces")];
  if (before.length === 0) return [];
  if (after.length === 0)
    return [risk("watch-widened", "high", "The operator watches all namespaces of the cluster.")];
  return after
    .filter((each) => !before.includes(each))
    .map((each) =>
      risk(
        "watch-widened",
        "medium",
        `The operator watches the namespace "${shownText(each)}" too.`,
      ),
    );
}

/** Of rights, and of the definition that environments share. */
export function clusterRisks({ type, operation, changes, ...step }: PlannedStep): readonly Risk[] {
  const name = shownText(nameOf(step));
  if (
    type.startsWith("kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition") &&
    operation !== "create"
  ) {
    const level = operation === "update" ? "medium" : "high";
    const text = `The CustomResourceDefinition of ${name} is ${operation === "update" ? "changed" : `${operation}d`}.`;
    return [risk("crd-changed", level, text)];
  }
  if (!type.startsWith(rbac) || operation === "delete") return [];
  const kind = type.slice(rbac.length);
  if (operation === "create")
    return [
      risk(
        "access-widened",
        kind.startsWith("Cluster") ? "high" : "medium",
        `The ${kind} ${name} is new.`,
      ),
    ];
  const isOfRights = changes.some(
    ({ path: [first] }) =>
      first !== undefined && "key" in first && ["rules", "subjects", "roleRef"].includes(first.key),
  );
  const hasMore = changes.some(({ after }) => after !== undefined);
  return isOfRights && hasMore
    ? [risk("access-widened", "high", `The ${kind} ${name} has other rights.`)]
    : [];
}

/** The chart's version, which its label tells on every object. */
export function chartRisks(steps: readonly PlannedStep[]): readonly Risk[] {
  const versions = steps.flatMap(({ before, after }) => {
    const [from, to] = [chartOf(before?.inputs), chartOf(after?.inputs)];
    return from !== undefined && to !== undefined && from !== to ? [{ from, to }] : [];
  });
  const major = versions.find(({ from, to }) => from.split(".")[0] !== to.split(".")[0]);
  if (major === undefined) return [];
  return [
    risk(
      "chart-major",
      "high",
      `The chart goes from ${shownText(major.from)} to ${shownText(major.to)}.`,
    ),
  ];
}

function chartOf(inputs: Properties = {}): string | undefined {
  const label = recordIn(recordIn(inputs, "metadata"), "labels")["helm.sh/chart"];
  return typeof label === "string" ? /^connect-(\d.*)$/.exec(label)?.[1] : undefined;
}
