import { mkdir, mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import type { Rig } from "../rig/rig.ts";
import { type CallRecorder, createCallRecorder } from "./intercept/call-recorder.ts";
import { startClusterDoor } from "./intercept/cluster-door.ts";
import { startDiskDoor } from "./intercept/disk-door.ts";
import { startOpDoor, writeOpCommand } from "./intercept/op-door.ts";
import { startStoreDoor } from "./intercept/store-door.ts";

/** What the fault suite needs of a rig. */
export type FaultRig = Pick<Rig, "dir" | "env" | "kubeconfig">;

/** Where one point after the other is tried; several lanes run side by side. */
export interface Lane {
  readonly rig: FaultRig;
  readonly recorder: CallRecorder;
  /** Folder for the lane's environments. */
  readonly folder: string;
  /** Environment variables of what is struck at: everything leads through the doors. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Opens the doors of a lane: before 1Password, the store, the cluster and the disk. */
export async function openLane(rig: FaultRig): Promise<Lane> {
  const lanes = join(rig.dir, "faults");
  await mkdir(lanes, { recursive: true });
  const folder = await mkdtemp(join(lanes, "lane-"));
  const bin = join(folder, "bin");
  await writeOpCommand(bin);
  const recorder = createCallRecorder();
  const op = await startOpDoor(recorder);
  const disk = await startDiskDoor(recorder);
  const store = await startStoreDoor(rig.env.AWS_ENDPOINT_URL ?? "", recorder);
  const cluster = await startClusterDoor(rig.kubeconfig, join(folder, "kubeconfig"), recorder);
  const env = {
    ...rig.env,
    ...op.env,
    ...disk.env,
    PATH: `${bin}:${rig.env.PATH}`,
    AWS_ENDPOINT_URL: store.url,
    KUBECONFIG: cluster.kubeconfig,
  };
  return {
    rig,
    recorder,
    folder,
    env,
    async stop() {
      for (const door of [op, disk, store, cluster]) await door.stop();
    },
  };
}
