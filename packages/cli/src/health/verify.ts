import { ConnectError } from "@opconnect/core";
import { patient } from "@opconnect/provision/patient";
import { z } from "zod";
import { readStack } from "../stack/read.ts";
import type { StackLocation } from "../stack/state-files/locate.ts";
import { print } from "../terminal/output/print.ts";
import { renderJson } from "../terminal/output/render-json.ts";
import { verifyOutput } from "../terminal/output/verify.ts";
import type { CheckResult } from "./check-result.ts";
import { renderFindings } from "./render-findings.ts";
import { asSeen, exitCodes, outcomeOf, verdictOn } from "./verdict.ts";
import { verifyStack } from "./verify-stack.ts";
import { watch } from "./watch.ts";

const optionsSchema = z.object({
  cwd: z.string(),
  json: z.boolean().default(false),
  watch: z.boolean().default(false),
});

export async function verify(stack: string, given: unknown): Promise<void> {
  const { cwd, json, watch: watches } = optionsSchema.parse(given);
  if (json && watches) {
    throw new ConnectError(
      "ARGUMENT_INVALID",
      "`--json` and `--watch` are given at once.",
      "Pass one of them: a program runs the command again.",
    );
  }
  const look = () => lookAt({ folder: cwd, stack });
  if (watches) return watch(stack, look);
  const checks = await look();
  const outcome = outcomeOf(checks);
  print(
    json
      ? renderJson(verifyOutput, { stack, outcome, checks })
      : renderFindings(checks, verdictOn(checks)),
  );
  process.exitCode = exitCodes[outcome];
}

async function lookAt(location: StackLocation): Promise<readonly CheckResult[]> {
  const { stack } = location;
  const environment = await patient(`Reading the state of ${stack} …`, () => readStack(location));
  const looking = `Looking at ${stack}: the credential store, the cluster, Connect …`;
  return (await patient(looking, () => verifyStack(environment))).map(asSeen);
}
