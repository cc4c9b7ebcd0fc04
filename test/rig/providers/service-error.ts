import grpc from "@grpc/grpc-js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import statuses from "@pulumi/pulumi/proto/status_pb.js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import { toStruct } from "./property-struct.ts";
import type { PropertyMap } from "./property-value.ts";

/** The resource exists, but did not become ready: the engine records it and fails. */
export class ResourceNotReady extends Error {
  override readonly name = "ResourceNotReady";
  readonly id: string;
  readonly state: PropertyMap;

  constructor(message: string, id: string, state: PropertyMap) {
    super(message);
    this.id = id;
    this.state = state;
  }
}

/** Makes an error into what gRPC sends; one with state lets the engine keep the resource. */
export function toServiceError(error: unknown): Partial<grpc.StatusObject> {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof ResourceNotReady)) return { code: grpc.status.UNKNOWN, details: message };
  return {
    code: grpc.status.UNKNOWN,
    details: message,
    metadata: notReadyMetadata(error),
  };
}

/** grpc-js has no notion of error details, so they go into the trailer that carries them. */
function notReadyMetadata(error: ResourceNotReady): grpc.Metadata {
  const failure = new messages.ErrorResourceInitFailed()
    .setId(error.id)
    .setProperties(toStruct(error.state))
    .setReasonsList([error.message]);
  const detail = new any.Any();
  detail.pack(failure.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statuses.Status()
    .setCode(grpc.status.UNKNOWN)
    .setMessage(error.message)
    .setDetailsList([detail]);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return metadata;
}
