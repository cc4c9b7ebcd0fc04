import { ConnectError } from "@opconnect/core";
import {
  createOpCli,
  openStoreOfOptions,
  runCheck,
  runPreflight,
  storeKindOf,
} from "@opconnect/provision";
import { patient } from "@opconnect/provision/patient";
import { z } from "zod";
import { environmentOf } from "../stack/read.ts";
import type { StackLocation } from "../stack/state-files/locate.ts";
import { doctorOutput } from "../terminal/output/doctor.ts";
import { print } from "../terminal/output/print.ts";
import { renderJson } from "../terminal/output/render-json.ts";
import type { CheckResult } from "./check-result.ts";
import { checkStack } from "./check-stack.ts";
import { checkState, mendState } from "./check-state.ts";
import { renderFindings } from "./render-findings.ts";

const optionsSchema = z.object({
  cwd: z.string(),
  json: z.boolean().default(false),
  mendState: z.boolean().default(false),
});

export async function doctor(stack: string | undefined, given: unknown): Promise<void> {
  const { cwd, json, mendState: mends } = optionsSchema.parse(given);
  if (mends && stack === undefined) {
    throw new ConnectError(
      "ARGUMENT_INVALID",
      "`--mend-state` is given without a stack.",
      "Name the stack whose state is to be mended.",
    );
  }
  const findings =
    stack === undefined
      ? await checkMachine(given)
      : await checkEnvironment({ folder: cwd, stack }, mends ? mendState : checkState);
  const healthy = findings.every(({ status }) => status !== "failed");
  print(
    json
      ? renderJson(doctorOutput, { stack: stack ?? null, healthy, checks: findings })
      : renderFindings(findings),
  );
  process.exitCode = healthy ? 0 : 1;
}

async function checkEnvironment(
  location: StackLocation,
  readState: typeof checkState,
): Promise<readonly CheckResult[]> {
  const reading = `Reading the state of ${location.stack} …`;
  const { exported, result } = await patient(reading, () => readState(location));
  const environment = environmentOf(exported, location);
  const looking = `Looking at ${location.stack}: 1Password, the credential store, the cluster …`;
  return [result, ...(await patient(looking, () => checkStack(environment, createOpCli())))];
}

async function checkMachine(given: unknown): Promise<readonly CheckResult[]> {
  const looking = "Looking at this machine: 1Password, the cluster …";
  const results = await patient(looking, () =>
    runPreflight({ cluster: {} }, { op: createOpCli() }),
  );
  // What only a stack names cannot be looked at.
  const looked = results.filter(({ status }) => status !== "skipped");
  const { config, store } = openStoreOfOptions(given);
  const answer = await runCheck({ check: "store" }, async () => {
    const listing = "Listing the secrets of the credential store …";
    const secretIds = (await patient(listing, () => store.listSecrets())).map(
      ({ secretId }) => secretId,
    );
    const where = storeKindOf(config).inWords(config, secretIds);
    return { status: "ok", happened: `${where}: ${secretIds.length} secrets of opconnect.` };
  });
  return [...looked, answer];
}
