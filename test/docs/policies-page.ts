import { type Rule, rules } from "@opconnect/policy";
import { table } from "./table.ts";

/** Renders docs/policies.md from the rules themselves. */
export function policiesPage(): string {
  const overview = table(
    ["Rule", "What must hold", "Level"],
    rules.map(({ name, description, level }) => [`[\`${name}\`](#${name})`, description, level]),
  );
  return `${[introduction, overview, ...rules.map(section)].join("\n\n")}\n`;
}

const introduction = `<!-- Written by test/docs/write-policies-page.ts: run \`npm run docs:policies\` instead of editing it. -->

# Policies

The rules of the policy pack [@opconnect/policy](../packages/policy/README.md), which says how to run it and how to set levels by environment. What a rule says of a resource holds its name and the path of a property, and never a value.`;

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
