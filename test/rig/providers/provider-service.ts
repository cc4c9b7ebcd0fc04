import { createRequire } from "node:module";
import type { handleUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import type { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb.js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import type * as provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { constructRequest, constructResponse } from "./construct-messages.ts";
import type { EngineConnection } from "./engine-connection.ts";
import type { KubernetesProvider } from "./kubernetes/provider.ts";
import { providerSchema } from "./kubernetes/schema.ts";
import { fromStruct, toStruct } from "./property-struct.ts";
import * as resource from "./resource-messages.ts";
import { toServiceError } from "./service-error.ts";

/** What the service answers with and for. */
export interface ProviderServiceOptions {
  readonly provider: KubernetesProvider;
  readonly engine: EngineConnection;
  /** Aborted when the engine cancels. */
  readonly cancellation: AbortController;
}

/**
 * The methods of the engine's protocol that the stand-in answers. Whatever is not listed (schemas of
 * parameterized packages, conversions) gRPC refuses as unimplemented.
 */
export function providerService(options: ProviderServiceOptions): UntypedServiceImplementation {
  const { provider, engine, cancellation } = options;
  return {
    getPluginInfo: unary(async () => new plugins.PluginInfo().setVersion(sdkVersion())),
    attach: unary(async (request: PluginAttach) => {
      engine.attach(request.getAddress());
      return new empty.Empty();
    }),
    cancel: unary(async () => {
      cancellation.abort(new Error("The operation was cancelled."));
      return new empty.Empty();
    }),
    getSchema: unary(async () => {
      const schema = JSON.stringify(providerSchema(sdkVersion()));
      return new messages.GetSchemaResponse().setSchema(schema);
    }),
    checkConfig: unary(async (request: provider_pb.CheckRequest) =>
      new messages.CheckResponse().setInputs(request.getNews()),
    ),
    diffConfig: unary(async (request: provider_pb.DiffRequest) => diffConfig(provider, request)),
    configure: unary(async (request: provider_pb.ConfigureRequest) => {
      await provider.configure(settingsOf(request));
      return new messages.ConfigureResponse()
        .setAcceptsecrets(true)
        .setSupportspreview(true)
        .setSupportsAutonamingConfiguration(true);
    }),
    check: unary(async (request: provider_pb.CheckRequest) =>
      resource.checkResponse(await provider.check(resource.checkRequest(request))),
    ),
    diff: unary(async (request: provider_pb.DiffRequest) =>
      resource.diffResponse(await provider.diff(resource.diffRequest(request))),
    ),
    create: unary(async (request: provider_pb.CreateRequest) => {
      const { id, state } = await provider.create(resource.createRequest(request));
      return new messages.CreateResponse().setId(id).setProperties(toStruct(state));
    }),
    read: unary(async (request: provider_pb.ReadRequest) =>
      resource.readResponse(await provider.read(resource.readRequest(request))),
    ),
    update: unary(async (request: provider_pb.UpdateRequest) => {
      const state = await provider.update(resource.updateRequest(request));
      return new messages.UpdateResponse().setProperties(toStruct(state));
    }),
    delete: unary(async (request: provider_pb.DeleteRequest) => {
      await provider.delete(resource.deleteRequest(request));
      return new empty.Empty();
    }),
    construct: unary(async (request: provider_pb.ConstructRequest) => {
      return constructResponse(await provider.construct(constructRequest(request, engine)));
    }),
    invoke: unary(async (request: provider_pb.InvokeRequest) => {
      const result = await provider.invoke(request.getTok(), fromStruct(request.getArgs()));
      return new messages.InvokeResponse().setReturn(toStruct(result));
    }),
  };
}

/** The engine wants a plugin that is no older than the SDK the program uses. */
function sdkVersion(): string {
  return createRequire(import.meta.url)("@pulumi/kubernetes/package.json").version;
}

function unary<Request, Response>(
  work: (request: Request) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    work(call.request).then(
      (response) => callback(null, response),
      (error: unknown) => callback(toServiceError(error)),
    );
  };
}

function diffConfig(provider: KubernetesProvider, request: provider_pb.DiffRequest) {
  const old = fromStruct(request.getOldInputs() ?? request.getOlds());
  const wanted = fromStruct(request.getNews());
  const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
  const isSame = JSON.stringify(old) === JSON.stringify(wanted);
  return new messages.DiffResponse()
    .setChanges(isSame ? DIFF_NONE : DIFF_SOME)
    .setReplacesList([...provider.diffConfig(old, wanted)]);
}

function settingsOf(request: provider_pb.ConfigureRequest) {
  const settings = [...request.getVariablesMap().entries()];
  const named = settings.map(([key, value]) => [key.replace("kubernetes:config:", ""), value]);
  return Object.fromEntries(named);
}
