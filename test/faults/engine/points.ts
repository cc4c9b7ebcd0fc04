import { pointsOf } from "../fault-point.ts";
import { type FaultRig, openLane } from "../lane.ts";
import type { Campaign } from "../run-campaign.ts";
import { type EngineOperation, engineOperations, otherEngineOperations } from "./operations.ts";
import { createEngineTrier } from "./trier.ts";

/** Points of the operations as the real engine carries them out. */
export function engineCampaigns(rig: FaultRig): readonly Campaign[] {
  return [...engineOperations, ...otherEngineOperations].map((operation) =>
    campaign(rig, operation),
  );
}

function campaign(rig: FaultRig, operation: EngineOperation): Campaign {
  const name = `engine · ${operation.name}`;
  return {
    name,
    isVariation: otherEngineOperations.includes(operation),
    async openLane() {
      const lane = await openLane(rig);
      const trier = createEngineTrier(lane, operation);
      return {
        enumerate: async () => pointsOf(name, await trier.enumerate()),
        tryPoint: ({ strike }) => trier.tryStrike(strike),
        async stop() {
          await trier.stop();
          await lane.stop();
        },
      };
    },
  };
}
