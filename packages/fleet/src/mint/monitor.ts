import type { ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import type engine from "@pulumi/pulumi/proto/engine_pb.js";
import type resources from "@pulumi/pulumi/proto/resource_pb.js";
import type struct from "google-protobuf/google/protobuf/struct_pb.js";
import { plainInputs } from "./plain-inputs.ts";
import type { ProjectRuntime } from "./runtime.ts";

/** A resource of ours that a program declares, once all that its inputs wait for has answered. */
export interface DeclaredResource {
  /** E.g. `"ConnectToken"`. */
  readonly kind: string;
  readonly urn: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Whether a transform is to change its inputs, which only the engine can have done. */
  readonly isTransformed: boolean;
}

export interface MonitorHandler {
  readonly project: string;
  readonly stack: string;
  /** Returns its id; what is made of it waits for that. None if it is not known yet. */
  declare(resource: DeclaredResource): Promise<string | undefined>;
  /** Takes what the program says is wrong. */
  complain(message: string): void;
}

/** What a program takes for the engine. */
export interface Monitor {
  readonly address: string;
  close(): void;
}

type Call<T> = ServerUnaryCall<T, unknown>;
type Answer = sendUnaryData<unknown>;

const ownType = /^pulumi-nodejs:dynamic\/opconnect:(\w+)$/;

/**
 * Starts what a program takes for the engine at a preview: each resource is told the inputs that it
 * gave, and all else about it is unknown; but those of ours have the id that the handler gives them.
 * No provider is started and no state is read.
 */
export async function startMonitor(
  runtime: ProjectRuntime,
  handler: MonitorHandler,
): Promise<Monitor> {
  const { grpc, resources: messages, empty } = runtime;
  const urns = createUrns(handler);
  const transformed = new Set<string>();
  let root = "";
  const done = (_: unknown, answer: Answer) => answer(null, new empty.Empty());
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });

  server.addService(runtime.monitorService.ResourceMonitorService, {
    getDeploymentInfo(_: unknown, answer: Answer) {
      const known = Object.entries(messages.ResourceMonitorFeature).flatMap(([name, feature]) =>
        supported.test(name) && typeof feature === "number" ? [feature] : [],
      );
      answer(null, new messages.DeploymentInfo().setSupportedfeaturesList(known));
    },
    supportsFeature({ request }: Call<resources.SupportsFeatureRequest>, answer: Answer) {
      const name = request
        .getId()
        .replaceAll(/[A-Z]/g, (letter) => `_${letter}`)
        .toUpperCase();
      answer(
        null,
        new messages.SupportsFeatureResponse().setHassupport(supported.test(`_${name}`)),
      );
    },
    // As of something whose resource is yet to be made.
    invoke(_: unknown, answer: Answer) {
      answer(null, new messages.ResourceInvokeResponse().setUnknown(true));
    },
    readResource({ request }: Call<resources.ReadResourceRequest>, answer: Answer) {
      const urn = urns.of(request.getParent(), request.getType(), request.getName());
      const response = new messages.ReadResourceResponse().setUrn(urn);
      answer(null, response.setProperties(request.getProperties()));
    },
    registerResource({ request }: Call<resources.RegisterResourceRequest>, answer: Answer) {
      const type = request.getType();
      const parent = request.getParent();
      const urn = urns.of(parent, type, request.getName());
      const isTransformed =
        transformed.has(parent) || transformed.has("") || request.getTransformsList().length > 0;
      if (isTransformed) transformed.add(urn);
      const object = request.getObject() ?? new runtime.struct.Struct();
      const respond = (id = "") => {
        const response = new messages.RegisterResourceResponse().setUrn(urn).setId(id);
        if (kind === "CredentialSecret" && id !== "") tell(object, "secretId", id, runtime);
        answer(null, response.setObject(object));
      };
      const [, kind] = ownType.exec(type) ?? [];
      if (kind === undefined || !runtime.minting.has(kind)) {
        respond();
        return;
      }
      const inputs = plainInputs(object.toJavaScript());
      handler.declare({ kind, urn, inputs, isTransformed }).then(respond, (error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        answer({ code: grpc.status.UNKNOWN, message });
      });
    },
    registerStackTransform(_: unknown, answer: Answer) {
      transformed.add("");
      done(_, answer);
    },
    registerPackage(_: unknown, answer: Answer) {
      answer(null, new messages.RegisterPackageResponse().setRef("package"));
    },
    registerResourceOutputs: done,
    registerStackInvokeTransform: done,
    registerResourceHook: done,
    registerErrorHook: done,
    signalAndWaitForShutdown: done,
  });

  server.addService(runtime.engineService.EngineService, {
    log({ request }: Call<engine.LogRequest>, answer: Answer) {
      if (request.getSeverity() === runtime.engine.LogSeverity.ERROR) {
        handler.complain(request.getMessage());
      }
      done(request, answer);
    },
    getRootResource(_: unknown, answer: Answer) {
      answer(null, new runtime.engine.GetRootResourceResponse().setUrn(root));
    },
    setRootResource({ request }: Call<engine.SetRootResourceRequest>, answer: Answer) {
      root = request.getUrn();
      answer(null, new runtime.engine.SetRootResourceResponse());
    },
    startDebugging: done,
    requirePulumiVersion: (_: unknown, answer: Answer) =>
      answer(null, new runtime.engine.RequirePulumiVersionResponse()),
  });

  const credentials = grpc.ServerCredentials.createInsecure();
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() };
}

/** What the answers of this monitor can do; an `Output` among inputs is not understood here. */
const supported =
  /_(SECRETS|RESOURCE_REFERENCES|ALIAS_SPECS|REPLACEMENT_TRIGGER|DELETED_WITH|REPLACE_WITH|TRANSFORMS|INVOKE_TRANSFORMS|PARAMETERIZATION|RESOURCE_HOOKS|ERROR_HOOKS)$/;

/** URNs as the engine makes them: it is by them that holders are told apart. */
function createUrns({ project, stack }: Pick<MonitorHandler, "project" | "stack">) {
  return {
    of(parent: string, type: string, name: string): string {
      const [, , parentType = ""] = parent.split("::");
      const isTop = parentType === "" || parentType === "pulumi:pulumi:Stack";
      return `urn:pulumi:${stack}::${project}::${isTop ? "" : `${parentType}$`}${type}::${name}`;
    },
  };
}

function tell(object: struct.Struct, key: string, text: string, { struct }: ProjectRuntime): void {
  object.getFieldsMap().set(key, struct.Value.fromJavaScript(text));
}
