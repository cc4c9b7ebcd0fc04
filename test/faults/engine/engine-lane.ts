import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { FaultRig } from "../fault-rig.ts";
import { type CallRecorder, createCallRecorder } from "../intercept/call-recorder.ts";
import { startClusterDoor } from "../intercept/cluster-door.ts";
import { startOpDoor, writeOpCommand } from "../intercept/op-door.ts";
import { startStoreDoor } from "../intercept/store-door.ts";

/** Where the real engine is struck at, one run after the other. */
export interface EngineLane {
  readonly rig: FaultRig;
  readonly recorder: CallRecorder;
  readonly folder: string;
  /** Environment variables of the engine: everything leads through the doors. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Opens the doors before 1Password, the store and the cluster. */
export async function openEngineLane(rig: FaultRig, name: string): Promise<EngineLane> {
  const folder = join(rig.dir, "faults", name);
  const bin = join(folder, "bin");
  await mkdir(folder, { recursive: true });
  await writeOpCommand(bin);
  const recorder = createCallRecorder();
  const op = await startOpDoor(recorder);
  const store = await startStoreDoor(rig.env.AWS_ENDPOINT_URL ?? "", recorder);
  const cluster = await startClusterDoor(rig.kubeconfig, join(folder, "kubeconfig"), recorder);
  const env = {
    ...rig.env,
    ...op.env,
    PATH: `${bin}:${rig.env.PATH}`,
    AWS_ENDPOINT_URL: store.url,
    KUBECONFIG: cluster.kubeconfig,
    NODE_COMPILE_CACHE: join(rig.dir, "faults", "compiled"),
  };
  return {
    rig,
    recorder,
    folder,
    env,
    async stop() {
      for (const door of [op, store, cluster]) await door.stop();
    },
  };
}
