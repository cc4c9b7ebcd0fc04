export { rules } from "./policies/rules.ts";
export { policies } from "./policies.ts";
export type {
  Finding,
  Level,
  ResourceRule,
  Rule,
  RuleResource,
  Settings,
  StackRule,
} from "./rule/rule.ts";
