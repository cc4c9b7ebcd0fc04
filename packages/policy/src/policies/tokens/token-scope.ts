import { isRecord } from "@opconnect/core/json";
import { recordsIn } from "../../rule/known.ts";
import type { Finding, ResourceRule, Settings } from "../../rule/rule.ts";
import { ownType } from "../own-types.ts";

/** What a consumer does not need, whoever has its token should not get. */
export const tokenScope: ResourceRule = {
  name: "token-scope",
  description: "A Connect token covers no more than its consumer needs.",
  looksAt:
    "vaults and access of Connect tokens: the operator only reads, and what others need the setting `consumers` says",
  fix: "Name under `tokens.<consumer>.vaults` only the vaults that it needs, with the access `read` where it does not write.",
  level: "mandatory",
  settings: {
    consumers: {
      type: "object",
      additionalProperties: {
        type: "object",
        properties: {
          vaults: { type: "array", items: { type: "string" } },
          access: { type: "string", enum: ["read", "read-write"] },
        },
        additionalProperties: false,
      },
      description:
        'what consumers need: keys of vaults and the access to them, e.g. `{ "ci": { "vaults": ["app"], "access": "read" } }`; of one that is not named only the operator is looked at',
    },
  },
  ofType: ownType("ConnectToken"),
  checkResource({ name, props: { consumer, vaults } }, settings) {
    if (typeof consumer !== "string") return [];
    const { access = "read-write", vaults: needed } = needOf(consumer, settings);
    const findings: Finding[] = [];
    for (const vault of recordsIn(vaults)) {
      const key = typeof vault.key === "string" ? vault.key : undefined;
      const which = key === undefined ? "a vault" : `the vault ${key}`;
      if (access === "read" && vault.access === "read-write") {
        findings.push({ says: `The Connect token ${name} may change ${which}.` });
      }
      if (needed !== undefined && key !== undefined && !needed.includes(key)) {
        findings.push({ says: `The Connect token ${name} covers ${which}.` });
      }
    }
    return findings;
  },
};

function needOf(consumer: string, { consumers }: Settings): Need {
  const operator: Need = consumer === "operator" ? { access: "read" } : {};
  const said = isRecord(consumers) ? consumers[consumer] : undefined;
  // The engine has checked it against the schema above.
  return isRecord(said) ? { ...operator, ...(said as Need) } : operator;
}

interface Need {
  readonly vaults?: readonly string[];
  readonly access?: "read" | "read-write";
}
