import { join } from "node:path";
import type { FaultPoint } from "../fault-point.ts";
import { pointsOf } from "../fault-point.ts";
import { isKill, type Strike } from "../intercept/strike.ts";
import { type FaultRig, openLane } from "../lane.ts";
import type { Campaign } from "../run-campaign.ts";
import { type StoreUnderTest, storesUnderTest } from "../stores.ts";
import { bundleRunner } from "./bundle-runner.ts";
import { type Operation, operations } from "./operations.ts";
import { createPointTrier } from "./trier.ts";

/**
 * Every point of every operation of the library alone, on every store: no engine, but what the
 * resources do, in a process of its own that really dies.
 */
export async function libraryCampaigns(rig: FaultRig): Promise<readonly Campaign[]> {
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
    isVariation: operation.sequel !== undefined,
    async openLane() {
      const opened = await openLane(rig);
      const trier = createPointTrier(opened, kind, program);
      return {
        async enumerate(): Promise<readonly FaultPoint[]> {
          const points = pointsOf(name, await trier.enumerate(operation));
          return points.filter(({ strike }) => isPossible(operation, strike));
        },
        tryPoint: ({ strike }) => trier.tryPoint(operation, strike),
        async stop() {
          await trier.stop();
          await opened.stop();
        },
      };
    },
  };
}

function isPossible(operation: Operation, { call, mode }: Strike): boolean {
  const { sequel, isPendingWhereKilled = () => false } = operation;
  return sequel !== "taken back" || !isKill(mode) || !isPendingWhereKilled(call);
}
