import {
  countNeeds,
  isWork,
  type MintedStack,
  openMinting,
  readProject,
  type StackNeeds,
  selectStacks,
  stacksOfFiles,
} from "@opconnect/fleet";
import { createOpCli } from "@opconnect/provision";
import { patient } from "@opconnect/provision/patient";
import { z } from "zod";
import { confirmed } from "../terminal/confirmed.ts";
import { holdSignals } from "../terminal/hold-signals.ts";
import { parseTimeLimit } from "../terminal/options/time-limit.ts";
import { print } from "../terminal/output/print.ts";
import { say } from "../terminal/say.ts";
import { renderMinted, renderMintingJson, renderNeeds, renderTotals } from "./render.ts";

const optionsSchema = z.object({
  client: z.array(z.string()),
  environment: z.array(z.string()),
  cwd: z.string(),
  timeout: z.string(),
  dryRun: z.boolean().default(false),
  yes: z.boolean().default(false),
  json: z.boolean().default(false),
});

export async function mint(names: readonly string[], given: unknown): Promise<void> {
  const { client, environment, cwd, timeout, dryRun, yes, json } = optionsSchema.parse(given);
  const timeLimitMs = parseTimeLimit(timeout);
  const project = await readProject(cwd);
  const stacks = selectStacks(await stacksOfFiles(project), {
    names,
    clients: client,
    environments: environment,
  });
  // A person who may not mint is turned away before anything is looked at.
  await createOpCli().listServers();
  const opening = "Getting the program ready …";
  const minting = await patient(opening, () => openMinting(project, stacks, timeLimitMs));
  const planned = await patient("Looking at what the program, the store and 1Password have…", () =>
    minting.plan(),
  );
  if (!json) say(renderNeeds(planned, process.stderr));
  const isNeeded = planned.some(({ needs, failure }) => !failure && needs.some(isWork));
  const isAgreed = isNeeded && !dryRun && (yes || (await isConfirmed(planned)));
  const minted = isAgreed ? await carryOut(minting, planned) : [];
  const result = { planned, minted };
  print(json ? renderMintingJson(result) : renderMinted(result, dryRun));
  const isWhole =
    planned.every(({ failure }) => failure === undefined) &&
    (dryRun || !isNeeded || (isAgreed && minted.every(({ outcome }) => outcome === "minted")));
  process.exitCode = isWhole ? 0 : 1;
}

function isConfirmed(planned: readonly StackNeeds[]): Promise<boolean> {
  return confirmed(`Mint for ${renderTotals(countNeeds(planned))}?`);
}

/** ^C ends it after the environment that is minted at that moment. */
function carryOut(
  minting: Awaited<ReturnType<typeof openMinting>>,
  planned: readonly StackNeeds[],
): Promise<readonly MintedStack[]> {
  return holdSignals(({ first }) => minting.mint(planned, sayDone, () => first() !== undefined));
}

function sayDone({ stack, outcome, failure }: MintedStack): void {
  say(failure === undefined ? `${stack.name}: ${outcome}` : `${stack.name}: ${failure.message}`);
}
