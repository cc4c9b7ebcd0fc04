import type { EnvironmentNames } from "@opconnect/core";
import { chartValues, type OperatorArgs } from "../components/chart-values.ts";
import { checkChart } from "../components/check-chart.ts";
import { namesOf } from "../components/convention-args.ts";
import { vaultEntries } from "../components/vaults.ts";
import type { ConnectEnvironmentArgs } from "./args.ts";
import { type PlannedToken, planTokens } from "./token.ts";
import { checkVaultKeys } from "./vault-keys.ts";

/**
 * What an environment is made of, as far as it is known before a resource is made. Checks that its
 * parts go together.
 * @throws the codes that {@link ConnectEnvironment} names.
 */
export function planEnvironment(args: ConnectEnvironmentArgs) {
  const names = namesOf(args);
  const version = checkChart(args.chart);
  const vaults = vaultEntries(args.vaults).map(([key, { access = "read" }]) => ({ key, access }));
  const keys = vaults.map(({ key }) => key);
  names.assertDistinct("vault", keys);
  const tokens = planTokens(args.tokens ?? {}, vaults);
  const consumers = Object.keys({ operator: {}, ...args.tokens });
  names.assertDistinct("token", consumers);
  names.assertDistinct("tokenSecret", consumers);
  // Those of its own secrets, of which the credentials file's is one.
  names.assertDistinct("resource", ["credentials", ...consumers]);
  const reached = keysOf([tokens.operator]);
  checkVaultKeys(args, keys, reached);
  const operator = watching(args, names);
  chartValues({ ...args, names, version, operator });
  const covered = keysOf([tokens.operator, ...tokens.others]).sort();
  return { names, consumers, tokens, covered, reached, operator };
}

/** Keys of the vaults that at least one of the tokens covers. */
function keysOf(tokens: readonly PlannedToken[]): string[] {
  return [...new Set(tokens.flatMap(({ vaults }) => vaults.map(({ key }) => key)))];
}

/** Without a word from the user, the operator watches where the environment has something. */
export function watching(
  args: Pick<ConnectEnvironmentArgs, "items" | "operator">,
  names: EnvironmentNames,
): OperatorArgs {
  const ofItems = Object.values(args.items ?? {}).map(({ namespace }) => namespace);
  const { watchNamespaces = [names.namespace, ...ofItems] } = args.operator ?? {};
  return { ...args.operator, watchNamespaces };
}
