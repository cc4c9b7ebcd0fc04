import grpc from "@grpc/grpc-js";
import type * as provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import monitors from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import type * as resource_pb from "@pulumi/pulumi/proto/resource_pb.js";
import resources from "@pulumi/pulumi/proto/resource_pb.js";
import type { EngineConnection } from "./engine-connection.ts";
import { fromStruct, toStruct } from "./property-struct.ts";
import type { PropertyMap } from "./property-value.ts";

/** A component to make, see {@link constructRequest}. */
export type ConstructRequest = ReturnType<typeof constructRequest>;

export interface ChildResource {
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  readonly inputs: PropertyMap;
  /** URNs of what must exist first. */
  readonly dependsOn: readonly string[];
  readonly retainOnDelete: boolean;
}

export interface ConstructResult {
  readonly urn: string;
  readonly state: PropertyMap;
}

/**
 * A component to make, with the ways to register it and its children in the engine. That is done
 * without Pulumi's SDK: it keeps the deployment it talks to in globals, and one plugin process may
 * construct two components at once.
 */
export function constructRequest(request: provider_pb.ConstructRequest, engine: EngineConnection) {
  const credentials = grpc.credentials.createInsecure();
  const limits = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };
  const endpoint = request.getMonitorendpoint();
  const monitor = new monitors.ResourceMonitorClient(endpoint, credentials, limits);
  const register = (message: resource_pb.RegisterResourceRequest) =>
    new Promise<resource_pb.RegisterResourceResponse>((resolve, reject) => {
      monitor.registerResource(message, (error, response) =>
        error ? reject(new Error(error.details)) : resolve(response),
      );
    });
  return {
    type: request.getType(),
    name: request.getName(),
    inputs: fromStruct(request.getInputs()),
    /** Registers the component itself; its URN is the parent of all children. */
    async registerComponent() {
      return (await register(componentMessage(request))).getUrn();
    },
    /** Registers a child in the engine, which previews or creates it before this resolves. */
    async registerChild(child: ChildResource) {
      const response = await register(childMessage(request, child));
      return { urn: response.getUrn(), id: response.getId() };
    },
    warn: engine.warn,
  };
}

export function constructResponse(result: ConstructResult): provider_pb.ConstructResponse {
  return new messages.ConstructResponse().setUrn(result.urn).setState(toStruct(result.state));
}

/** All that the user's options say about the component applies to it, as with the real one. */
function componentMessage(request: provider_pb.ConstructRequest) {
  const message = new resources.RegisterResourceRequest()
    .setType(request.getType())
    .setName(request.getName())
    .setParent(request.getParent())
    .setCustom(false)
    .setObject(toStruct({}))
    .setDependenciesList(request.getDependenciesList())
    .setAliasesList(request.getAliasesList())
    .setAliasspecs(true)
    .setIgnorechangesList(request.getIgnorechangesList())
    .setReplaceonchangesList(request.getReplaceonchangesList())
    .setDeletedwith(request.getDeletedwith())
    .setAcceptsecrets(true)
    .setAcceptresources(true);
  for (const [name, reference] of request.getProvidersMap().entries()) {
    message.getProvidersMap().set(name, reference);
  }
  inheritProtection(message, request);
  return message;
}

function childMessage(request: provider_pb.ConstructRequest, child: ChildResource) {
  const message = new resources.RegisterResourceRequest()
    .setType(child.type)
    .setName(child.name)
    .setParent(child.parent)
    .setCustom(true)
    .setObject(toStruct(child.inputs))
    .setDependenciesList([...child.dependsOn])
    .setProvider(request.getProvidersMap().get("kubernetes") ?? "")
    .setDeletedwith(request.getDeletedwith())
    .setAliasspecs(true)
    .setSupportspartialvalues(true)
    .setAcceptsecrets(true)
    .setAcceptresources(true);
  inheritProtection(message, request);
  if (child.retainOnDelete) message.setRetainondelete(true);
  return message;
}

/** Children inherit these from their parent; unset, they stay unset. */
function inheritProtection(
  message: resource_pb.RegisterResourceRequest,
  request: provider_pb.ConstructRequest,
): void {
  if (request.hasProtect()) message.setProtect(request.getProtect() ?? false);
  if (request.hasRetainondelete()) message.setRetainondelete(request.getRetainondelete() ?? false);
}
