import { get } from "node:https";
import { join } from "node:path";
import { type SupervisedProcess, startProcess } from "../processes/start-process.ts";
import { waitUntilReady } from "../processes/wait-until-ready.ts";

/** Where a part of the control plane puts its files, and where it registers what it starts. */
export interface PartFolders {
  readonly dir: string;
  readonly logDir: string;
  readonly started: SupervisedProcess[];
}

/** Starts one of the programs, and waits until it serves. */
export async function startServer(
  name: string,
  command: string,
  args: readonly string[],
  { logDir, started }: PartFolders,
  isReady: () => Promise<boolean>,
): Promise<void> {
  const env = { PATH: process.env.PATH };
  const server = startProcess({ name, command, args, env, logFile: join(logDir, `${name}.log`) });
  started.push(server);
  await waitUntilReady(server, isReady);
}

/** Whether the API server answers a GET with 200. `fetch` cannot be told a certificate to trust. */
export function isPathOk(
  cluster: { readonly url: string; readonly certificate: Buffer },
  path: string,
  token?: string,
): Promise<boolean> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    get(`${cluster.url}${path}`, { ca: cluster.certificate, headers, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    }).on("error", reject);
  });
}
