import { patient } from "@opconnect/provision/patient";
import { prepareState } from "../stack/prepare-state.ts";
import { readStack } from "../stack/read.ts";
import type { StackLocation } from "../stack/state-files/locate.ts";
import { requireTerminal } from "../terminal/confirmed.ts";
import { print } from "../terminal/output/print.ts";
import { say } from "../terminal/say.ts";
import { type RotationOptions, rotationOptionsSchema } from "./options.ts";
import { render, renderRotationJson } from "./render.ts";
import { rotateStack } from "./rotate-stack.ts";
import { rotationTargets } from "./targets.ts";

export async function rotate(stacks: readonly string[], given: unknown): Promise<void> {
  const options = rotationOptionsSchema.parse(given);
  const [stack, ...others] = stacks;
  const isOne = stack !== undefined && others.length === 0 && !/[*?[\]{}!]/.test(stack);
  const { all, client, environment, waves, journal } = options;
  const ofMany = [...client, ...environment, waves, journal].some((each) => each !== undefined);
  if (isOne && !all && !ofMany) return rotateOne(stack, options);
  const { rotateFleet } = await import("./fleet.ts");
  await rotateFleet(stacks, options);
}

async function rotateOne(
  stack: string,
  { cwd, yes, json, token, server }: RotationOptions,
): Promise<void> {
  const location: StackLocation = { folder: cwd, stack };
  if (!yes) requireTerminal("An update takes a confirmation, and there is no terminal to ask at.");
  const environment = await patient(`Reading the state of ${stack} …`, async () => {
    await prepareState(location);
    return readStack(location);
  });
  const targets = rotationTargets(environment, { stack, token, server });
  const isDone = await rotateStack(location, targets, { asks: !yes }, (replacements) => {
    print(json ? renderRotationJson(stack, replacements) : render(replacements));
  });
  if (isDone) return;
  say("Nothing was replaced.");
  process.exitCode = 1;
}
