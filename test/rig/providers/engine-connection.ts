import grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/engine_pb.js";

/** The way back to the engine that started this plugin. */
export interface EngineConnection {
  /** Follows the engine to another address. */
  attach(address: string): void;
  /** Shows a warning next to a resource. */
  warn(message: string, urn: string): Promise<void>;
}

/** Connects to the engine's own service; without an address (no engine) warnings go nowhere. */
export function connectEngine(address: string | undefined): EngineConnection {
  let client = address === undefined ? undefined : connect(address);
  return {
    attach(moved) {
      client = connect(moved);
    },
    warn(message, urn) {
      const request = new messages.LogRequest()
        .setSeverity(messages.LogSeverity.WARNING)
        .setMessage(message)
        .setUrn(urn);
      return new Promise((resolve, reject) => {
        if (!client) return resolve();
        client.log(request, (error) => (error ? reject(error) : resolve()));
      });
    },
  };
}

function connect(address: string) {
  return new services.EngineClient(address, grpc.credentials.createInsecure());
}
