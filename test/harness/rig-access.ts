import type { Rig } from "../rig/rig.ts";

/** What demo, benchmark and suites need of a rig, wherever it runs. */
export type RigAccess = Pick<Rig, "dir" | "env" | "kubeconfig">;
