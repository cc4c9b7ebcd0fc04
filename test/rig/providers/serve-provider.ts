import grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { connectEngine } from "./engine-connection.ts";
import { createKubernetesProvider } from "./kubernetes/provider.ts";
import { providerService } from "./provider-service.ts";

/**
 * Serves the engine's provider protocol on a free port and prints that port, as the engine expects
 * of a plugin. The process ends on SIGINT or SIGTERM; the rig also ends it when the engine is gone.
 * @see https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
 */
export async function serveProvider(): Promise<void> {
  const cancellation = new AbortController();
  const engine = connectEngine(process.argv[2]);
  const provider = createKubernetesProvider(cancellation.signal);
  const server = new grpc.Server({ "grpc.max_receive_message_length": maxMessageBytes });
  server.addService(
    services.ResourceProviderService,
    providerService({ provider, engine, cancellation }),
  );
  endOnSignal(server, cancellation);
  process.stdout.write(`${await listen(server)}\n`);
}

function endOnSignal(server: grpc.Server, cancellation: AbortController): void {
  const end = (): void => {
    cancellation.abort(new Error("The plugin was told to stop."));
    // At once where nothing runs; else operations get a moment to report how far they came.
    server.tryShutdown(() => process.exit(0));
    setTimeout(() => process.exit(0), 500).unref();
  };
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
}

function listen(server: grpc.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
  });
}

const maxMessageBytes = 400 * 1024 * 1024;
