import grpc from "@grpc/grpc-js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import statuses from "@pulumi/pulumi/proto/status_pb.js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import { toStruct } from "./property-struct.ts";
import type { PropertyMap } from "./property-value.ts";

/** What the engine records of a resource that exists, but not as it was asked for. */
export interface KnownResource {
  readonly id: string;
  readonly state: PropertyMap;
  /** Set by a read: what the program would have to say to get what is there. */
  readonly inputs?: PropertyMap;
  /** What it waits for. @default - the message alone */
  readonly missing?: string;
}

/** The resource exists, but did not become ready: the engine records it, fails, and tries again. */
export class ResourceNotReady extends Error {
  override readonly name = "ResourceNotReady";
  readonly known: KnownResource;

  constructor(message: string, known: KnownResource) {
    super(message);
    this.known = known;
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
  const { id, state, inputs, missing } = error.known;
  const failure = new messages.ErrorResourceInitFailed()
    .setId(id)
    .setProperties(toStruct(state))
    .setReasonsList(missing === undefined ? [error.message] : [error.message, missing]);
  if (inputs) failure.setInputs(toStruct(inputs));
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
