import type { Rig } from "../rig/rig.ts";

/** A rig as the demo uses it, whether it ends with the demo or goes on in the background. */
export type DemoRig = Pick<Rig, "dir" | "env" | "kubeconfig">;
