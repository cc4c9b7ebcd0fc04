import type { EngineEvent } from "../engine/events.ts";
import type { PlannedStep } from "../engine/planned-steps.ts";
import { canonical } from "../engine/property-changes.ts";
import { riskLevels, type StackReport } from "../model.ts";
import { shownText } from "../shown.ts";
import { readerRisks, vaultRisks } from "./access-risks.ts";
import { chartRisks, clusterRisks, itemRisks, watchRisks } from "./cluster-risks.ts";
import { serverRisks, tokenRisks } from "./minted-risks.ts";
import { nameOf, own, type Risk, recorded, risk } from "./risk.ts";

/** What a reviewer should look at first, most pressing first. */
export function risksOf(
  steps: readonly PlannedStep[],
  events: readonly EngineEvent[],
  {
    minting,
    problems,
    configurationRisks,
  }: Pick<StackReport, "minting" | "problems"> & { readonly configurationRisks: readonly Risk[] },
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
    ...configurationRisks,
    ...mintingRisks(minting),
  ];
  const distinct = [...new Map(found.map((risk) => [canonical(risk), risk])).values()];
  return distinct.sort((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1));
}

function rankOf({ level, kind, text }: Risk): string {
  return `${riskLevels.indexOf(level)} ${kind} ${text}`;
}

const environmentType = "opconnect:index:ConnectEnvironment";

const failure: Risk = {
  kind: "failed",
  level: "high",
  text: "The preview failed: what the change does here is not known.",
};

function risksOfStep(step: PlannedStep): readonly Risk[] {
  const { type } = step;
  const [olds, news] = [recorded(step), step.after?.inputs ?? {}];
  const name = shownText(
    String(olds.title ?? olds.name ?? news.title ?? news.name ?? nameOf(step)),
  );
  switch (type) {
    case `${own}ConnectServer`:
      return serverRisks(step, name, olds, news);
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

function driftOf(step: PlannedStep): Risk {
  const name = shownText(nameOf(step));
  return step.after === undefined
    ? risk("drift", "high", `${name} is gone.`)
    : risk("drift", "medium", `${name} was changed past Pulumi.`);
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
