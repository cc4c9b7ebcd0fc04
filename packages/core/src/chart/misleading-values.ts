import lessThan from "semver/functions/lt.js";
import { isRecord } from "../json.ts";
import { operatorVersionOf } from "./facts.ts";

/** A value that the chart `connect` takes, and that does not do what whoever sets it expects. */
export interface MisleadingValue {
  /** Keys that lead to it, with dots between, e.g. `operator.imagePullPolicy`. */
  readonly path: string;
  /** What comes of it, to follow the path in a sentence. */
  readonly says: string;
  readonly remedy: string;
}

/**
 * Values that a version of the chart passes over, or that its pods do not start with.
 * @param version One that this release knows, or a newer one.
 * @param values The user's own. An Output among them is taken for right.
 * @see https://github.com/1Password/connect-helm-charts/tree/main/charts/connect/templates
 */
export function misleadingValues(
  version: string,
  values: Readonly<Record<string, unknown>>,
): readonly MisleadingValue[] {
  const at = (path: string) =>
    path
      .split(".")
      .reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), values);
  const operator = operatorVersionOf(version, values);
  const before = (since: string) => operator !== undefined && lessThan(operator, since);
  return [
    ...(at("connect.create") === false ? [noConnect] : []),
    ...(at("connect.tls.enabled") === true && lessThan(version, trusts) ? [untrusted] : []),
    ...(isSet(at("operator.imagePullPolicy")) ? [pullPolicy] : []),
    ...(isSet(at("operator.clusterRoleBinding.create")) ? [clusterRoleBinding] : []),
    ...(at("operator.hpa.enabled") === true ? [operatorAutoscaler] : []),
    ...["connect.pdb", "operator.pdb"].flatMap((pdb) => {
      // The chart looks at the other one first, which is 1 where nobody says something else.
      const most = at(`${pdb}.maxUnavailable`);
      const isFree = most === 0 || most === "0" || most === "";
      return isSet(at(`${pdb}.minAvailable`)) && !isFree ? [minAvailable(pdb)] : [];
    }),
    ...Object.entries(flagsSince).flatMap(([flag, since]) =>
      at(`operator.${flag}`) === true && before(since) ? [unknownFlag(flag, since)] : [],
    ),
    ...Object.entries(ownVariables).flatMap(([section, own]) =>
      variablesOf(at(`${section}.customEnvVars`)).flatMap(({ name, value }, index) => {
        const path = `${section}.customEnvVars.${index}`;
        if (own.includes(name)) return [ownVariable(`${path}.name`, name)];
        if (lessThan(version, quotesVariables) && !staysText(value)) {
          return [unquoted(`${path}.value`)];
        }
        return [];
      }),
    ),
  ];
}

const noConnect: MisleadingValue = {
  path: "connect.create",
  says: " leaves Connect out, and the operator has nobody to ask",
  remedy: "Leave it out; for an operator without Connect use a ServiceAccountEnvironment.",
};

/** Since then the chart has the operator trust a certificate that no public authority has signed. */
const trusts = "2.3.0";

const untrusted: MisleadingValue = {
  path: "connect.tls.enabled",
  says: " has Connect answer with a certificate that operators of charts before 2.3.0 cannot trust",
  remedy: "Use chart 2.3.0 or a newer one, with the input `tls`.",
};

const pullPolicy: MisleadingValue = {
  path: "operator.imagePullPolicy",
  says: " is passed over by the chart, which gives the operator that of Connect",
  remedy: "Set `values.connect.imagePullPolicy`: it counts for both.",
};

const clusterRoleBinding: MisleadingValue = {
  path: "operator.clusterRoleBinding.create",
  says: " is passed over by the chart",
  remedy:
    "Leave it out: `operator.watchNamespaces` decides whether the operator's rights are those of the whole cluster.",
};

const operatorAutoscaler: MisleadingValue = {
  path: "operator.hpa.enabled",
  says: " makes several operators, of which all act: the chart turns no leader election on",
  remedy: "Leave it out, and give the one operator more with `operator.resources`.",
};

function minAvailable(pdb: string): MisleadingValue {
  return {
    path: `${pdb}.minAvailable`,
    says: " is passed over by the chart while there is a `maxUnavailable`, which is 1 by default",
    remedy: `Set \`values.${pdb}.maxUnavailable\` to 0 beside it, or leave it out.`,
  };
}

/** The operator ends where it does not know a flag. */
const flagsSince: Readonly<Record<string, string>> = {
  enableAnnotations: "1.10.0",
  allowEmptyValues: "1.11.0",
};

function unknownFlag(flag: string, since: string): MisleadingValue {
  return {
    path: `operator.${flag}`,
    says: ` is a flag that operators before ${since} do not know: they end at once`,
    remedy: `Leave it out, or leave out \`values.operator.version\`: it says an older one.`,
  };
}

/**
 * Variables by which the chart, or opconnect, tells its containers what they need, and those by which
 * the operator does not start: with both kinds of credentials, outside of a cluster, or as whoever
 * makes Connect itself, for which it has no rights.
 */
const ownVariables: Readonly<Record<string, readonly string[]>> = {
  connect: [
    ...["OP_SESSION", "OP_BUS_PORT", "OP_BUS_PEERS", "OP_HTTP_PORT", "OP_HTTPS_PORT"],
    ...["OP_TLS_CERT_FILE", "OP_TLS_KEY_FILE", "OP_LOG_LEVEL", "OPCONNECT_CREDENTIALS"],
  ],
  operator: [
    ...["OP_CONNECT_HOST", "OP_CONNECT_TOKEN", "OP_SERVICE_ACCOUNT_TOKEN"],
    ...["WATCH_NAMESPACE", "POLLING_INTERVAL", "AUTO_RESTART", "MANAGE_CONNECT"],
    ...["POD_NAME", "OPERATOR_NAME", "SSL_CERT_FILE", "KUBECONFIG", "OSDK_FORCE_RUN_MODE"],
  ],
};

function ownVariable(path: string, name: string): MisleadingValue {
  return {
    path,
    says: ` is ${name}, which the container has already or does not start with`,
    remedy: "Leave it out, and use the typed input where there is one.",
  };
}

interface Variable {
  readonly name: string;
  readonly value: unknown;
}

function variablesOf(value: unknown): readonly Variable[] {
  if (!Array.isArray(value)) return [];
  return value.map((each) => {
    const { name, value } = isRecord(each) ? each : { name: "", value: undefined };
    return { name: String(name), value };
  });
}

/** Since then the chart puts quotes around the value of a variable. */
const quotesVariables = "2.1.0";

/** Whether YAML surely reads a value, printed without quotes, as a text. */
function staysText(value: unknown): boolean {
  if (typeof value !== "string") return value === undefined || isRecord(value);
  return /^[A-Za-z/]/.test(value) && !/^(?:true|false|yes|no|on|off|y|n|null)$/i.test(value);
}

function unquoted(path: string): MisleadingValue {
  return {
    path,
    says: " is printed without quotes by charts before 2.1.0, and may become something else than a text",
    remedy: "Use chart 2.1.0 or a newer one.",
  };
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}
