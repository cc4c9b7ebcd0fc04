import { startConnect } from "./start-connect.ts";

/** `opconnect-sandbox connect`: serves until SIGTERM or SIGINT, logging to stdout. */
export async function serveConnect(
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const stopped = Promise.race(["SIGTERM", "SIGINT"].map(onSignal));
  const writeLog = (line: string): void => void process.stdout.write(`${line}\n`);
  const connect = await startConnect({ env, writeLog });
  await stopped;
  await connect.close();
  return 0;
}

async function onSignal(signal: string): Promise<void> {
  await new Promise<void>((resolve) => process.once(signal, () => resolve()));
}
