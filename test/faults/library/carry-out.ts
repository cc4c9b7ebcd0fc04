import { doByHand } from "./by-hand.ts";
import { resourcesOf } from "./environment.ts";
import type { Job } from "./job.ts";
import { destroy, refresh, type StackState, up } from "./stack.ts";

/** Does a job. Returns the state that it leaves. */
export async function carryOut({ work, environment, store, state }: Job): Promise<StackState> {
  switch (work) {
    case "up":
      return up(resourcesOf(environment, store), state);
    case "up twice":
      return up(resourcesOf(environment, store), await up(resourcesOf(environment, store), state));
    case "up --refresh":
      return up(resourcesOf(environment, store), await refresh(state));
    case "destroy":
      await destroy(state);
      return {};
    default:
      await doByHand(work, { environment, store, state });
      return state;
  }
}
