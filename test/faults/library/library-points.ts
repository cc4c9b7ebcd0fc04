import { join } from "node:path";
import type { FaultPoint } from "../fault-point.ts";
import { pointsOf } from "../fault-point.ts";
import type { FaultRig } from "../fault-rig.ts";
import type { Campaign } from "../run-campaign.ts";
import { bundleRunner } from "./bundle-runner.ts";
import { openLane } from "./lane.ts";
import { type Operation, operations } from "./operations.ts";
import { createPointTrier } from "./point-trier.ts";
import { type StoreUnderTest, storesUnderTest } from "./store-under-test.ts";

/**
 * Every point of every operation of the library alone, on every store: no engine, but the real code
 * in a process of its own that really dies.
 */
export async function provisionCampaigns(rig: FaultRig): Promise<readonly Campaign[]> {
  const program = await bundleRunner(join(rig.dir, "faults", "runner"));
  return storesUnderTest(rig.env).flatMap((kind) =>
    operations.map((operation) => campaign(rig, program, kind, operation)),
  );
}

function campaign(
  rig: FaultRig,
  program: string,
  kind: StoreUnderTest,
  operation: Operation,
): Campaign {
  const name = `${kind.name} · ${operation.name}`;
  return {
    name,
    async openLane(lane) {
      const opened = await openLane(rig, `provision-${lane}`, program);
      const trier = createPointTrier(opened, kind);
      return {
        enumerate: async (): Promise<readonly FaultPoint[]> =>
          pointsOf(name, await trier.enumerate(operation)),
        tryPoint: ({ strike }) => trier.tryPoint(operation, strike),
        async stop() {
          await trier.stop();
          await opened.stop();
        },
      };
    },
  };
}
