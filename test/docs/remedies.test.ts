import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { errorGuide } from "@opconnect/core/error-guide";
import { afterAll, expect, test, vi } from "vitest";
import { awsRemedies, sts } from "./remedies/aws.ts";
import { clusterRemedies, stopClusters } from "./remedies/cluster.ts";
import { fleetRemedies } from "./remedies/fleet.ts";
import { inputRemedies } from "./remedies/input.ts";
import { opRemedies, sandbox } from "./remedies/op.ts";
import { pulumiRemedies } from "./remedies/pulumi.ts";
import type { Remedy } from "./remedies/remedy.ts";
import { stopSecretsManager, storeRemedies } from "./remedies/store.ts";

// Each call of `op` is a process, which takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

afterAll(() => Promise.all([sandbox.remove(), stopClusters(), sts.stop(), stopSecretsManager()]));

const remedies = new Map<string, Remedy>(
  [
    inputRemedies,
    opRemedies,
    storeRemedies,
    clusterRemedies,
    awsRemedies,
    pulumiRemedies,
    fleetRemedies,
  ].flatMap((each) => Object.entries(each)),
);

test.each(errorGuide.flatMap(({ remedies: texts }) => Object.keys(texts)))(
  "the remedy of %s is one",
  async (code) => {
    const remedy = remedies.get(code);
    if (remedy === undefined) throw new Error(`Add a row for ${code}.`);
    if ("file" in remedy) {
      const text = await readFile(join(import.meta.dirname, "../..", remedy.file), "utf8");
      const bodies = [remedy.test].flat().map((name) => bodyOf(text, name));
      expect(bodies.join("\n"), "the tests say nothing of it").toContain(code);
      return;
    }
    if ("byHand" in remedy) return;
    await expect((async () => remedy.refused())()).rejects.toThrow(`[${code}]`);
    await remedy.mended();
  },
);

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
