import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { errorGuide } from "@opconnect/core/error-guide";
import { afterAll, expect, test, vi } from "vitest";
import { ageFolder, ageRemedies } from "./remedies/age.ts";
import { awsCommandRemedies, stopAws } from "./remedies/aws/commands.ts";
import { awsRemedies, sts } from "./remedies/aws/sessions.ts";
import { clusterRemedies, stopClusters } from "./remedies/cluster.ts";
import { commandArgumentRemedies, removeCommands } from "./remedies/command-arguments.ts";
import { deliveryRemedies, stopDelivery } from "./remedies/delivery.ts";
import { fleetFolder, fleetRemedies, gitHub } from "./remedies/fleet.ts";
import { inputRemedies } from "./remedies/input.ts";
import { manifestRemedies, removeManifestFolders } from "./remedies/manifests.ts";
import { mintingAccount, mintingRemedies } from "./remedies/minting.ts";
import { opRemedies, sandbox } from "./remedies/op.ts";
import { programRemedies, removePrograms } from "./remedies/program.ts";
import { programArgumentRemedies, removeCharts } from "./remedies/program-arguments.ts";
import { pulumiFolder, pulumiRemedies } from "./remedies/pulumi.ts";
import type { Remedy } from "./remedies/remedy.ts";
import { stopSecretsManager, storeRemedies } from "./remedies/store.ts";

// Each call of `op` is a process, which takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

afterAll(() =>
  Promise.all([
    sandbox.remove(),
    mintingAccount.remove(),
    rm(ageFolder, { recursive: true }),
    stopClusters(),
    sts.stop(),
    stopAws(),
    gitHub.stop(),
    removePrograms(),
    rm(fleetFolder, { recursive: true }),
    removeCharts(),
    removeCommands(),
    rm(pulumiFolder, { recursive: true }),
    stopSecretsManager(),
    stopDelivery(),
    removeManifestFolders(),
  ]),
);

const remedies = [
  inputRemedies,
  opRemedies,
  mintingRemedies,
  storeRemedies,
  ageRemedies,
  clusterRemedies,
  awsRemedies,
  awsCommandRemedies,
  pulumiRemedies,
  fleetRemedies,
  deliveryRemedies,
  manifestRemedies,
  programRemedies,
  programArgumentRemedies,
  commandArgumentRemedies,
].flatMap((each) =>
  Object.entries(each).flatMap(([code, ofCode]) =>
    [ofCode].flat().map((remedy: Remedy) => ({ code, remedy })),
  ),
);

test("each code has its remedies", () => {
  const codes = errorGuide.flatMap(({ remedies: texts }) => Object.keys(texts));
  expect([...new Set(remedies.map(({ code }) => code))].sort()).toEqual(codes.sort());
});

test.each(
  remedies.map(({ code, remedy }) => [code, "says" in remedy ? remedy.says : "…", remedy] as const),
)("the remedy of %s is one: %s", async (code, _, remedy) => {
  if ("file" in remedy) {
    const text = await readFile(join(import.meta.dirname, "../..", remedy.file), "utf8");
    const bodies = [remedy.test].flat().map((name) => bodyOf(text, name));
    expect(bodies.join("\n"), "the tests say nothing of it").toContain(code);
    return;
  }
  const error = await refusalOf(remedy.refused);
  expect(error).toContain(`[${code}]`);
  expect(error).toContain(remedy.says ?? "");
  await remedy.mended(error);
});

async function refusalOf(refused: () => unknown): Promise<string> {
  try {
    await refused();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error("Nothing was refused.");
}

/** What stands from a test's table, if it has one, to the next test. */
function bodyOf(text: string, name: string): string {
  const at = text.indexOf(`"${name}"`);
  expect(at, `there is no test "${name}"`).toBeGreaterThan(0);
  const begins = [...text.matchAll(/^\s*(test|describe)[.(]/gm)].map(({ index }) => index);
  const start = begins.findLast((index) => index < at) ?? 0;
  return text.slice(
    start,
    begins.find((index) => index > at),
  );
}
