import type { Rig } from "../rig/rig.ts";

/** What the fault suite needs of a rig. */
export type FaultRig = Pick<Rig, "dir" | "env" | "kubeconfig">;
