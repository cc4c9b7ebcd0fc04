import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { type EngineEvent, parseEvents } from "../harness/look/engine-events.ts";
import type { RigAccess } from "../harness/rig-access.ts";
import { showCommand } from "./narrate.ts";

const repository = join(import.meta.dirname, "../..");

/** Runs `pulumi` on the root project, its output going to the terminal as it is. */
export async function runPulumi(
  rig: RigAccess,
  ...words: string[]
): Promise<readonly EngineEvent[]> {
  showCommand(["pulumi", ...words]);
  const log = join(rig.dir, "demo-events.json");
  await rm(log, { force: true });
  const isUpdate = ["preview", "up", "destroy"].includes(words[0] ?? "");
  const { exitCode } = await execa(
    "pulumi",
    [...words, ...(isUpdate ? ["--event-log", log] : [])],
    {
      cwd: repository,
      // The engine takes --event-log only with its debug flags on.
      env: { ...rig.env, PULUMI_DEBUG_COMMANDS: "true" },
      extendEnv: false,
      stdio: "inherit",
      reject: false,
    },
  );
  if (exitCode !== 0)
    throw new Error(`\`pulumi ${words.join(" ")}\` ended with exit code ${exitCode}.`);
  return isUpdate ? parseEvents(await readFile(log, "utf8")) : [];
}

/** @throws if the rig has a stack of that name already: an earlier demo left it. */
export async function refuseTakenStack(rig: RigAccess): Promise<void> {
  const options = { cwd: repository, env: rig.env, extendEnv: false } as const;
  const { stdout } = await execa("pulumi", ["stack", "ls", "--json"], options);
  const stacks: readonly { name: string }[] = JSON.parse(stdout);
  if (!stacks.some(({ name }) => name === "acme-prod")) return;
  throw new Error(`This rig has a stack acme-prod already. Remove it, then run the demo again:

  eval "$(npm run --silent rig -- env)"
  pulumi destroy --yes --stack acme-prod
  pulumi stack rm --yes --preserve-config acme-prod

Or end the rig, and with it everything on it: npm run rig -- down`);
}
