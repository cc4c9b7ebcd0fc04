import { isRecord } from "@opconnect/core";
import type { EngineEvent } from "./engine/events.ts";
import type { PlannedStep } from "./engine/planned-steps.ts";
import { canonical } from "./engine/property-changes.ts";
import { riskLevels, type StackReport } from "./model.ts";
import { shownText } from "./shown.ts";

type Risk = StackReport["risks"][number];
type Properties = Readonly<Record<string, unknown>>;

/** What a reviewer should look at first, most pressing first. */
export function risksOf(
  steps: readonly PlannedStep[],
  events: readonly EngineEvent[],
  { minting, problems }: Pick<StackReport, "minting" | "problems">,
): readonly Risk[] {
  // In a new environment everything is new: that it can be read by whom it is for is no news.
  const isNew = steps.some(
    ({ type, operation }) => type === environmentType && operation === "create",
  );
  const found = [
    ...(problems.some(({ code }) => code !== "FLEET_PREVIEW_INCOMPLETE") ? [failure] : []),
    ...steps.flatMap((step) => {
      if (step.operation === "refresh") return [driftOf(step)];
      return isNew && step.operation === "create" ? [] : risksOfStep(step);
    }),
    ...chartRisks(steps),
    ...events.flatMap(policyRisks),
    ...mintingRisks(minting),
  ];
  const distinct = [...new Map(found.map((risk) => [canonical(risk), risk])).values()];
  return distinct.sort((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1));
}

function rankOf({ level, kind, text }: Risk): string {
  return `${riskLevels.indexOf(level)} ${kind} ${text}`;
}

const environmentType = "opconnect:index:ConnectEnvironment";
const own = "pulumi-nodejs:dynamic/opconnect:";
const rbac = "kubernetes:rbac.authorization.k8s.io/v1:";

const failure: Risk = {
  kind: "failed",
  level: "high",
  text: "The preview failed: what the change does here is not known.",
};

function risksOfStep(step: PlannedStep): readonly Risk[] {
  const { type, operation } = step;
  const [olds, news] = [recorded(step), step.after?.inputs ?? {}];
  const name = shownText(
    String(olds.title ?? olds.name ?? news.title ?? news.name ?? nameOf(step)),
  );
  switch (type) {
    case `${own}ConnectServer`:
      if (operation === "delete")
        return [
          risk(
            "server-replaced",
            "high",
            `The Connect server "${name}" is deleted, and with it all its tokens.`,
          ),
        ];
      if (operation === "replace")
        return [
          risk(
            "server-replaced",
            "high",
            `The Connect server "${name}" is replaced, and all its tokens with it.`,
          ),
        ];
      return widened(`The Connect server "${name}"`, olds, news);
    case `${own}ConnectToken`:
      return tokenRisks(step, name, olds, news);
    case `${own}Vault`:
      return vaultRisks(step, name, olds, news);
    case `${own}OnePasswordItem`:
      return itemRisks(step, olds, news);
    case `${own}OperatorScope`:
      return watchRisks(step, olds, news);
    case `${own}CredentialSecret`:
      return readerRisks(name, olds, news);
    default:
      return clusterRisks(step);
  }
}

function tokenRisks(
  step: PlannedStep,
  name: string,
  olds: Properties,
  news: Properties,
): readonly Risk[] {
  const token = `The Connect token "${name}"`;
  if (step.operation === "create")
    return [
      risk("reader-added", "medium", `${token} is new: who has it reads ${vaultKeys(news)}.`),
    ];
  if (step.operation === "delete")
    return [
      risk("token-replaced", "medium", `${token} is revoked: what uses it loses its access.`),
    ];
  const replaced =
    step.operation === "replace"
      ? [
          risk(
            "token-replaced",
            "medium",
            `${token} is replaced: what uses the old one has to take the new one.`,
          ),
        ]
      : [];
  return [...replaced, ...widened(token, olds, news)];
}

/** A vault more, or one that may be written to. */
function widened(what: string, olds: Properties, news: Properties): readonly Risk[] {
  const before = new Map(grantsOf(olds).map(({ key, access }) => [key, access]));
  return grantsOf(news).flatMap(({ key, access }) => {
    const former = before.get(key);
    if (former === access || (former === "read-write" && access === "read")) return [];
    const text =
      former === undefined
        ? `${what} gets access to the vault "${key}" (${access}).`
        : `${what} may write to the vault "${key}".`;
    return [risk("access-widened", "high", text)];
  });
}

function grantsOf({
  vaults,
}: Properties): readonly { readonly key: string; readonly access: string }[] {
  if (!Array.isArray(vaults)) return [];
  return vaults
    .filter(isRecord)
    .map(({ key, access }) => ({ key: shownText(String(key)), access: shownText(String(access)) }));
}

function vaultKeys(news: Properties): string {
  const keys = grantsOf(news).map(({ key }) => `"${key}"`);
  return keys.length === 0 ? "no vault" : `the vaults ${keys.join(", ")}`;
}

function vaultRisks(
  { operation, before }: PlannedStep,
  name: string,
  olds: Properties,
  news: Properties,
): readonly Risk[] {
  const vault = `The vault "${name}"`;
  if (operation === "replace")
    return [risk("vault-deleted", "high", `${vault} is replaced by another one.`)];
  if (operation === "delete") {
    if (before?.retainOnDelete)
      return [
        risk("vault-deleted", "low", `${vault} leaves the environment and stays in 1Password.`),
      ];
    const how =
      olds.evenIfNotEmpty === true ? "deleted with all items in it" : "deleted if it holds no item";
    return [risk("vault-deleted", "high", `${vault} is ${how}.`)];
  }
  return ["groups", "users"].flatMap((who) => {
    const [before, after] = [recordIn(olds, who), recordIn(news, who)];
    return Object.entries(after).flatMap(([person, role]) =>
      roleRank(role) <= roleRank(before[person])
        ? []
        : [
            risk(
              "access-widened",
              "high",
              `${vault} can be used by "${shownText(person)}" (${shownText(String(role))}).`,
            ),
          ],
    );
  });
}

function roleRank(role: unknown): number {
  return ["read", "read-write", "manage"].indexOf(String(role));
}

function itemRisks(
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

function watchRisks(
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

function readerRisks(name: string, olds: Properties, news: Properties): readonly Risk[] {
  const [before, after] = [recordIn(olds, "store"), recordIn(news, "store")];
  if (Object.keys(after).length === 0) return [];
  const what = `The secret "${name}" of the store`;
  if (Array.isArray(before.readers) && !Array.isArray(after.readers))
    return [risk("reader-added", "high", `${what} can be read by all whom IAM allows it.`)];
  return ["readers", "recipients"].flatMap((who) => {
    const former = textsIn(before, who);
    // Without a list IAM alone decides: with one, fewer can read it.
    if (!Array.isArray(before[who])) return [];
    return textsIn(after, who)
      .filter((each) => !former.includes(each))
      .map((each) => risk("reader-added", "high", `${what} can be read by ${shownText(each)}.`));
  });
}

function clusterRisks({ type, operation, changes, ...step }: PlannedStep): readonly Risk[] {
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

function driftOf(step: PlannedStep): Risk {
  const name = shownText(nameOf(step));
  return step.after === undefined
    ? risk("drift", "high", `${name} is gone.`)
    : risk("drift", "medium", `${name} was changed past Pulumi.`);
}

/** The chart's version, which its label tells on every object. */
function chartRisks(steps: readonly PlannedStep[]): readonly Risk[] {
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

function policyRisks({ policyEvent }: EngineEvent): readonly Risk[] {
  if (policyEvent === undefined) return [];
  const { policyName, policyPackName, enforcementLevel, resourceUrn = "" } = policyEvent;
  const on = nameOf({ urn: resourceUrn });
  const text = `The policy "${shownText(policyName)}" of ${shownText(policyPackName)} is violated${on === "" ? "" : ` by ${shownText(on)}`}.`;
  return [risk("policy-violation", enforcementLevel === "mandatory" ? "high" : "medium", text)];
}

function mintingRisks(minting: StackReport["minting"]): readonly Risk[] {
  if (minting.length === 0) return [];
  const counts = new Map<string, number>();
  for (const { kind } of minting) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const what = [...counts].map(([kind, count]) => `${count} ${kind}${count === 1 ? "" : "s"}`);
  return [
    risk(
      "minting",
      "medium",
      `A person who is signed in to 1Password is needed: ${what.sort().join(", ")}.`,
    ),
  ];
}

function risk(kind: Risk["kind"], level: Risk["level"], text: string): Risk {
  return { kind, level, text };
}

function recorded({ before }: PlannedStep): Properties {
  return { ...before?.inputs, ...before?.outputs };
}

function nameOf({ urn }: { readonly urn: string }): string {
  return urn.split("::").slice(3).join("::");
}

function recordIn(properties: Properties, key: string): Properties {
  const { [key]: value } = properties;
  return isRecord(value) ? value : {};
}

function textsIn(properties: Properties, key: string): readonly string[] {
  const { [key]: value } = properties;
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
