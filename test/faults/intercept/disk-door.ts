import { createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { listenLocally } from "../../rig/processes/listen-locally.ts";
import type { CallRecorder } from "./call-recorder.ts";

/** The door before changes of files. */
export interface DiskDoor {
  /** Environment variables for runners; OPCONNECT_SANDBOX_FAULT_FOLDERS names the folders meant. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Module that runners load so that their changes of files knock at the door. */
export const diskHook = fileURLToPath(new URL("./disk-hook.mjs", import.meta.url));

/** Starts the door at which a runner asks before it changes a file, and says when it is done. */
export async function startDiskDoor(recorder: CallRecorder): Promise<DiskDoor> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    answer(socket, recorder).catch((error: Error) => socket.destroy(error));
  });
  const { port, stop } = await listenLocally(server);
  return { env: { OPCONNECT_SANDBOX_FAULT_DISK_PORT: String(port) }, stop };
}

type DiskAnswer = "ok" | "refuse";

async function answer(socket: Socket, recorder: CallRecorder): Promise<void> {
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const name = String((await lines.next()).value);
  const have = (word: string) => async () => {
    socket.write(`${word}\n`);
    // A runner that was killed meanwhile never says so.
    await lines.next();
  };
  await recorder.pass<DiskAnswer>({
    system: "disk",
    name: `disk ${name}`,
    async perform() {
      await have("go")();
      return "ok";
    },
    cutOff: have("tear"),
    async deliver(word) {
      if (!socket.destroyed) socket.write(`${word}\n`);
    },
    refusal: () => "refuse",
    loseAnswer: async () => undefined,
  });
}
