import { chartFacts } from "@opconnect/core/chart-facts";
import { type UntakenValue, untakenValues } from "@opconnect/core/chart-keys";
import { ConnectError } from "@opconnect/core/connect-error";
import { isRecord } from "@opconnect/core/json";
import { misleadingValues } from "@opconnect/core/misleading-values";
import * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { type FieldPath, render } from "../input/field-path.ts";
import { suggestion } from "../input/refusal.ts";
import { refuse } from "../input/schema.ts";
import type { ChartArgs } from "./check-chart.ts";

/**
 * Values of the chart `connect`, as Helm takes them, for what has no typed input. A secret is
 * refused wherever it stands, and so is a number from a million on, which goes as a text. An Output
 * may stand beside what opconnect sets; one that is unknown at preview keeps the objects of the chart
 * out of that preview.
 */
export type ChartValues = { readonly [key: string]: unknown };

/**
 * Checks the values that a user gives to the chart past all typed inputs: none may be a secret, and
 * none a number that Helm writes as `3.6e+06`.
 */
export const valuesSchema: z.ZodMiniType<ChartValues> = z
  .record(z.string(), z.unknown(), "an object, as Helm takes values")
  .check(
    z.superRefine((values, context) => {
      for (const path of secretValues) {
        if (valueAt(values, path) === undefined) continue;
        const says = " would put a secret into Helm values, and so into state";
        const remedy = "Leave it out: the credentials come from the credential store.";
        refuse(context, { says, remedy }, path.split("."));
      }
      for (const path of largeNumbers(values, [])) {
        const remedy = 'Write it as a text: Helm prints a number as "3.6e+06" from a million on.';
        refuse(context, { remedy }, path);
      }
    }),
  );

/** What {@link checkTaken} looks at. */
interface GivenValues {
  readonly values?: ChartValues | undefined;
  readonly chart?: ChartArgs | undefined;
  /** Version of the chart. */
  readonly version: string;
}

/**
 * Refuses values that 1Password's chart does not take in that version, as Helm would leave a misspelt
 * key out without a word, and those that it takes and that do not do what they say. A chart of the
 * user's own, at a path, may take more: of it they are warned. What a chart newer than this release
 * takes is not known.
 * @throws `ARGUMENT_INVALID`.
 */
export function checkTaken(
  { values = {}, chart, version }: GivenValues,
  resource: pulumi.Resource,
): void {
  const untaken = chartFacts(version).isKnown ? untakenValues(version, values) : [];
  const errors = [
    ...untaken.map((each) => notTaken(each, version)),
    ...misleadingValues(version, values).map(
      ({ path, says, remedy }) =>
        new ConnectError("ARGUMENT_INVALID", `\`values.${path}\`${says}.`, remedy),
    ),
  ];
  for (const error of errors) {
    if (chart?.path === undefined) throw error;
    pulumi.log.warn(error.happened, resource);
  }
}

function notTaken({ path, known, since }: UntakenValue, version: string): ConnectError {
  return new ConnectError(
    "ARGUMENT_INVALID",
    `\`${render(["values", ...path])}\` is no value that the chart ${version} takes.`,
    since === undefined
      ? `Look it up in the chart's values.yaml, or leave it out.${suggestion(path.at(-1), known)}`
      : `Leave it out, or use chart ${since} or a newer one.`,
  );
}

/** Values that the chart, in any version, puts into a Secret. */
const secretValues = [
  "connect.credentials",
  "connect.credentials_base64",
  "operator.token.value",
  "operator.serviceAccountToken.value",
];

/** Where values are that a template would print; what is handed on as YAML stays as it is. */
function largeNumbers(value: unknown, path: FieldPath): readonly FieldPath[] {
  if (typeof value === "number") return Math.abs(value) < 1e6 ? [] : [path];
  if (!isRecord(value) && !Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    handedOn.includes(key) ? [] : largeNumbers(each, [...path, key]),
  );
}

const handedOn: readonly string[] = [
  ...["affinity", "behavior", "dataVolume", "nodeSelector", "podSecurityContext", "resources"],
  ...["securityContext", "tolerations"],
];

/** What values have at a path of keys; `undefined` where Helm takes it for not set. */
export function valueAt(values: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce((value, key) => (isRecord(value) ? (value[key] ?? undefined) : undefined), values);
}
