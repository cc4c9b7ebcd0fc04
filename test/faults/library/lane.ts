import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { FaultRig } from "../fault-rig.ts";
import { type CallRecorder, createCallRecorder } from "../intercept/call-recorder.ts";
import { startDiskDoor } from "../intercept/disk-door.ts";
import { startOpDoor, writeOpCommand } from "../intercept/op-door.ts";
import { startStoreDoor } from "../intercept/store-door.ts";
import { type RunnerProcess, startRunner } from "./runner-process.ts";

/** Where one point after the other is tried; several lanes run side by side. */
export interface Lane {
  readonly recorder: CallRecorder;
  /** Folder for the lane's environments. */
  readonly folder: string;
  /** Starts a runner that may be killed. */
  startRunner(): RunnerProcess;
  /** Carries out what follows a strike: it was started once and outlives many. */
  survivor(): RunnerProcess;
  stop(): Promise<void>;
}

/**
 * Opens the doors of a lane.
 * @param program The runner, see `bundleRunner`.
 */
export async function openLane(rig: FaultRig, name: string, program: string): Promise<Lane> {
  const folder = join(rig.dir, "faults", name);
  const bin = join(folder, "bin");
  await mkdir(folder, { recursive: true });
  await writeOpCommand(bin);
  const recorder = createCallRecorder();
  const op = await startOpDoor(recorder);
  const store = await startStoreDoor(rig.env.AWS_ENDPOINT_URL ?? "", recorder);
  const disk = await startDiskDoor(recorder);
  const env = {
    ...rig.env,
    ...op.env,
    ...disk.env,
    PATH: `${bin}:${rig.env.PATH}`,
    AWS_ENDPOINT_URL: store.url,
    // Each struck runner loads the same modules again.
    NODE_COMPILE_CACHE: join(rig.dir, "faults", "compiled"),
  };
  let survivor = startRunner(program, env);
  return {
    recorder,
    folder,
    survivor() {
      if (survivor.hasEnded()) survivor = startRunner(program, env);
      return survivor;
    },
    startRunner: () => startRunner(program, env),
    async stop() {
      await survivor.stop();
      for (const door of [op, store, disk]) await door.stop();
    },
  };
}
