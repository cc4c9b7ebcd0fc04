import PQueue from "p-queue";
import { patient } from "../process/patient.ts";
import { reportClusterErrors } from "./errors.ts";
import type * as kubernetes from "./kubernetes-client.ts";

/**
 * How requests to a cluster are sent: ten at a time, each with a time limit and typed errors.
 * @param timeoutMs Time limit of one request, in milliseconds.
 */
export async function createClusterRequests(config: kubernetes.KubeConfig, timeoutMs: number) {
  const client = await import("./kubernetes-client.ts");
  const server = config.getCurrentCluster()?.server ?? "";
  const timeLimit: kubernetes.ObservableMiddleware = {
    pre(request) {
      request.setSignal(AbortSignal.timeout(timeoutMs));
      return new client.Observable(Promise.resolve(request));
    },
    post: (response) => new client.Observable(Promise.resolve(response)),
  };
  const limited: kubernetes.ConfigurationOptions<kubernetes.ObservableMiddleware> = {
    middleware: [timeLimit],
    middlewareMergeStrategy: "append",
  };
  const queue = new PQueue({ concurrency: 10 });
  const line = `Waiting for the API server ${server} to answer …`;
  return {
    client,
    server,
    /** Options of a request. */
    limited,
    /** Options of a request that sets a header of its own. */
    withHeader: (name: string, value: string) => client.setHeaderOptions(name, value, limited),
    /** @param purpose What it is for, as in "the cluster could not …". */
    report: <T>(purpose: string, work: () => Promise<T>): Promise<T> =>
      queue.add(() =>
        patient(line, () => reportClusterErrors({ server, purpose, timeoutMs }, work)),
      ),
  };
}
