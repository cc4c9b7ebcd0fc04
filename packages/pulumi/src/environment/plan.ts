import type { EnvironmentNames } from "@opconnect/core";
import { chartFacts, latestChartVersion } from "@opconnect/core/chart-facts";
import { ConnectError } from "@opconnect/core/connect-error";
import { isOnePasswordId } from "@opconnect/core/op-id";
import { chartValues, type OperatorArgs } from "../components/chart-values.ts";
import { namesOf } from "../components/convention-args.ts";
import { planVaults } from "../components/vaults.ts";
import type { ConnectEnvironmentArgs } from "./args.ts";
import { checkItem } from "./item.ts";
import { type PlannedTokens, planTokens } from "./token.ts";

/** What an environment is made of, as far as it is known before a resource is made. */
export interface EnvironmentPlan {
  readonly names: EnvironmentNames;
  readonly consumers: readonly string[];
  readonly tokens: PlannedTokens;
  /** Keys of the vaults that at least one token covers. */
  readonly covered: readonly string[];
  readonly operator: OperatorArgs;
}

/**
 * Checks everything that can be known before a resource is made.
 * @throws the codes that {@link ConnectEnvironment} names.
 */
export function planEnvironment(args: ConnectEnvironmentArgs): EnvironmentPlan {
  const names = namesOf(args);
  chartFacts(args.chart?.version ?? latestChartVersion);
  const vaults = planVaults(args.vaults).map(([key, { access = "read" }]) => ({ key, access }));
  const keys = vaults.map(({ key }) => key);
  names.assertDistinct("vault", keys);
  checkAdoption(args.adopts);
  const tokens = planTokens(args.tokens ?? {}, vaults);
  const consumers = Object.keys({ operator: {}, ...args.tokens });
  names.assertDistinct("token", consumers);
  names.assertDistinct("tokenSecret", consumers);
  // Those of its own secrets, of which the credentials file's is one.
  names.assertDistinct("resource", ["credentials", ...consumers]);
  const ofOperator = tokens.operator.vaults.map(({ key }) => key);
  for (const [key, item] of Object.entries(args.items ?? {})) {
    checkItem(key, item, keys, ofOperator);
  }
  const operator = watching(args, names);
  chartValues({ ...args, names, operator });
  const covered = [tokens.operator, ...tokens.others].flatMap(({ vaults }) => vaults);
  return {
    names,
    consumers,
    tokens,
    covered: [...new Set(covered.map(({ key }) => key))].sort(),
    operator,
  };
}

function checkAdoption(adopts: string | undefined): void {
  if (adopts === undefined || isOnePasswordId(adopts)) return;
  throw new ConnectError(
    "ARGUMENT_INVALID",
    `\`adopts\` is "${adopts}".`,
    "Pass the id of the Connect server, 26 letters and digits (`op connect server list`).",
  );
}

/** Without a word from the user, the operator watches where the environment has something. */
function watching(args: ConnectEnvironmentArgs, names: EnvironmentNames): OperatorArgs {
  const ofItems = Object.values(args.items ?? {}).map(({ namespace }) => namespace);
  const { watchNamespaces = [names.namespace, ...ofItems] } = args.operator ?? {};
  return { ...args.operator, watchNamespaces };
}
