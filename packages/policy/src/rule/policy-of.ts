import { parseStackName } from "@opconnect/core/stack-name";
import type {
  PolicyConfigSchema,
  PolicyResource,
  ReportViolation,
  ResourceValidation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { knownProperties } from "./known.ts";
import { type Finding, type Level, levels, type Rule, type RuleResource } from "./rule.ts";

/** A rule as a policy pack of Pulumi takes it. */
export function policyOf(rule: Rule): ResourceValidationPolicy | StackValidationPolicy {
  const { name, description, level: enforcementLevel } = rule;
  const head = { name, description, enforcementLevel, configSchema: configSchemaOf(rule) };
  if ("checkResource" in rule) {
    const { ofType } = rule;
    const validateResource: ResourceValidation = (args, report) => {
      const settings = args.getConfig<RuleConfig>();
      const findings = rule.checkResource(resourceOf(args), settings);
      tell(findings, { rule, settings, report, stackUrn: args.urn });
    };
    return {
      ...head,
      // As `validateResourceOfType` marks its functions, in policy.js of 1.21: that one wants a class.
      validateResource: Object.assign(validateResource, ofType && { __pulumiType: ofType }),
    };
  }
  return {
    ...head,
    validateStack: ({ resources, getConfig }, report) => {
      const settings = getConfig<RuleConfig>();
      const findings = rule.checkStack(resources.map(resourceOf), settings);
      const [{ urn: stackUrn } = { urn: "" }] = resources;
      tell(findings, { rule, settings, report, stackUrn });
    },
  };
}

/** What may be configured of a rule, besides its level everywhere, which Pulumi's own key says. */
function configSchemaOf({ settings = {} }: Rule): PolicyConfigSchema {
  return { properties: { environments: environmentsSchema, ...settings } };
}

/** The level of a rule by environment, or by name of a stack that the convention cannot read. */
function levelIn(stack: string, { environments = {} }: RuleConfig): Level | undefined {
  return environments[stack] ?? environments[parseStackName(stack)?.environment ?? ""];
}

function resourceOf({
  type,
  name,
  urn,
  props,
}: ResourceValidationArgs | PolicyResource): RuleResource {
  return { type, name, urn, props: knownProperties(props) };
}

function tell(
  findings: readonly Finding[],
  {
    rule: { fix },
    settings,
    report,
    stackUrn,
  }: {
    readonly rule: Rule;
    readonly settings: RuleConfig;
    readonly report: ReportViolation;
    readonly stackUrn: string;
  },
): void {
  const level = levelIn(stackUrn.split(":")[2] ?? "", settings);
  if (level === "disabled") return;
  for (const { says, urn } of findings) {
    const message = `${says} ${fix}`;
    const violation = { message, ...(urn && { urn }), ...(level && { enforcementLevel: level }) };
    // An object may say a level of its own: `makeReportViolationFun` in server.js of 1.21. Its types
    // declare the text alone.
    (report as (violation: unknown) => void)(violation);
  }
}

type RuleConfig = Readonly<Record<string, unknown>> & {
  readonly environments?: Readonly<Record<string, Level>>;
};

const environmentsSchema: NonNullable<PolicyConfigSchema["properties"]>[string] = {
  type: "object",
  additionalProperties: { type: "string", enum: [...levels] },
};
