import { type Rule, rules } from "@opconnect/policy";
import { table } from "./table.ts";

/** Renders docs/policies.md from the rules themselves. */
export function policiesPage(): string {
  const overview = table(
    ["Rule", "What must hold", "Level"],
    rules.map(({ name, description, level }) => [`[\`${name}\`](#${name})`, description, level]),
  );
  return `${[introduction, overview, ...rules.map(section), elsewhere].join("\n\n")}\n`;
}

const introduction = `<!-- Written by test/docs/write-policies-page.ts: run \`npm run docs:policies\` instead of editing it. -->

# Policies

The rules of the policy pack [@opconnect/policy](../packages/policy/README.md), which says how to run it and how to set levels by environment. What a rule says of a resource holds its name and the path of a property, and never a value.`;

const elsewhere = `## no-secret-in-clear-configuration

No configuration of a stack holds a secret in the clear. It is no rule of the pack: the engine hands a pack all of the configuration decrypted, and the library leaves aside which of it is secret. [opconnect preview](fleet.md#a-secret-in-clear-configuration) reads the files of stacks and project, and tells it as a high risk of its report, from which a check fails with \`--fail-on high\`; in [Rego](../packages/policy/README.md#for-opa) it is a rule of this name, a mandatory one.`;

function section({ name, description, looksAt, fix, level, settings = {} }: Rule): string {
  const own = Object.entries(settings).map(([setting, { description = "" }]) => {
    return `- \`${setting}\`: ${description}.`;
  });
  return [
    `## ${name}`,
    description,
    [
      `- Looks at ${looksAt}.`,
      `- Level: ${level}.`,
      `- What to do: ${fix}`,
      ...(own.length === 0 ? [] : ["- Settings:", ...own.map((line) => `  ${line}`)]),
    ].join("\n"),
  ].join("\n\n");
}
