/** The process behind `npm run rig -- up`: holds a rig until it is told to end. */
import { startRig } from "../rig.ts";
import { type BackgroundMessage, claimBackgroundRig, recordBackgroundRig } from "./rig.ts";

let ready = false;
process.once("disconnect", () => {
  // The command that asked for the rig is gone; its processes end with this one.
  if (!ready) process.exit(1);
});

try {
  const release = await claimBackgroundRig();
  if (release) await serve(release);
  else tell({ type: "taken" });
} catch (error) {
  tell({ type: "failed", message: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
}
if (!ready) process.disconnect?.();

async function serve(release: () => Promise<void>): Promise<void> {
  const rig = await startRig({ progress: (event) => tell({ type: "progress", event }) });
  recordBackgroundRig(rig);
  const stopped = once(() => rig.stop().finally(release));
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    process.on(signal, () => stopped().then(() => process.exit()));
  }
  ready = true;
  tell({ type: "ready" });
  // Signal handlers alone do not keep a process running.
  setInterval(() => {}, 3_600_000);
}

function once(work: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}

function tell(message: BackgroundMessage): void {
  process.send?.(message);
}
