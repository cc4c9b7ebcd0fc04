import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";
import type {
  Server,
  ServerUnaryCall,
  sendUnaryData,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { collectGarbage } from "./collect-garbage.ts";
import { isOwnProvider } from "./own-provider.ts";

/** Of a change of the program, or of what is otherwise outside than the state says. */
export type PreviewKind = "preview" | "drift";

/** A host of dynamic resources that previews share. */
export interface DynamicHost {
  readonly port: number;
  /** Stands in the error that an engine gets for a resource that is not served here. */
  readonly refusal: string;
}

/**
 * Serves the dynamic resources of `@opconnect/pulumi` to the engines of many previews of one kind: a
 * host of its own is a fifth of what a preview costs. It is Pulumi's own host, of the version that
 * the program has, but that engines may attach to it, and that it refuses what it is not for:
 * resources whose provider is another, since that may keep something of one stack which would reach
 * the next, whatever changes something, and what the other kind of preview asks.
 * @param folder Of the program.
 */
export async function startDynamicHost(folder: string, kind: PreviewKind): Promise<DynamicHost> {
  const ofProgram = createRequire(join(folder, "package.json"));
  const ofPulumi = createRequire(ofProgram.resolve("@pulumi/pulumi/package.json"));
  const grpc: typeof import("@grpc/grpc-js") = ofPulumi("@grpc/grpc-js");
  const { Empty }: typeof import("google-protobuf/google/protobuf/empty_pb.js") = ofPulumi(
    "google-protobuf/google/protobuf/empty_pb.js",
  );
  const refusal = `This host does not serve it: ${randomUUID()}.`;
  const refuse: Method = (_, answer) =>
    answer({ code: grpc.status.FAILED_PRECONDITION, details: refusal });

  const { addService, bindAsync } = grpc.Server.prototype;
  grpc.Server.prototype.addService = function add(this: Server, definition, service) {
    const served =
      (name: string): Method =>
      (call, answer) =>
        isOwnProvider(providerOf(call.request))
          ? Reflect.apply(Reflect.get(service, name), service, [call, answer])
          : refuse(call, answer);
    addService.call(this, definition, {
      ...bound(service, Object.keys(definition)),
      // At the begin of each preview.
      attach: (_: unknown, answer: Answer) => {
        collectGarbage();
        answer(null, new Empty());
      },
      ...{ check: refuse, read: refuse, create: refuse, update: refuse, delete: refuse },
      ...Object.fromEntries(asked[kind].map((name) => [name, served(name)])),
    });
  };
  const port = new Promise<number>((resolve, reject) => {
    grpc.Server.prototype.bindAsync = function bind(this: Server, address, credentials, done) {
      bindAsync.call(this, address, credentials, (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
        done(error, bound);
      });
    };
  });
  // It takes a first argument for the engine's address, and looks for libraries from its folder.
  process.argv.splice(2, process.argv.length, "127.0.0.1:0");
  process.chdir(folder);
  ofPulumi("./cmd/dynamic-provider");
  // An engine waits ten seconds for an answer: whatever takes long comes before.
  ofProgram("@opconnect/pulumi/provider");
  return { port: await port, refusal };
}

/**
 * What the engine asks of a resource. A provider takes the first comparison after a read for that of
 * the refresh, and knows a resource by its id alone, which two stacks may have: so a host that reads
 * is asked for no other comparison.
 */
const asked: Readonly<Record<PreviewKind, readonly string[]>> = {
  preview: ["check", "diff"],
  drift: ["read", "diff"],
};

/**
 * Variables of a preview. They make its engine attach to a host that runs, instead of starting one, and
 * bound what the Kubernetes provider waits for a cluster that gives no answer: by itself, a minute.
 */
export function previewing(host: DynamicHost | undefined): Record<string, string> {
  return {
    PULUMI_K8S_CLIENT_TIMEOUT: process.env.PULUMI_K8S_CLIENT_TIMEOUT || "10",
    ...(host && { PULUMI_DEBUG_PROVIDERS: `pulumi-nodejs:${host.port}` }),
  };
}

function bound(service: UntypedServiceImplementation, names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, Reflect.get(service, name).bind(service)]));
}

/**
 * Whether what an engine told of a preview says that this host did not serve it: it refused to, or
 * there was something with the provider as a whole, such as no answer in time.
 */
export function isUnserved({ refusal }: DynamicHost, events: readonly unknown[]): boolean {
  return events
    .map((event) => JSON.stringify(event) ?? "")
    .some((text) => text.includes(refusal) || (isError(text) && text.includes(PROVIDER)));
}

function isError(event: string): boolean {
  return event.includes('"severity":"error"') || event.includes('"resOpFailedEvent"');
}

/** In the URN of the provider of dynamic resources, which none of these has. */
const PROVIDER = "::pulumi:providers:pulumi-nodejs::";

type Answer = sendUnaryData<unknown>;
type Method = (call: ServerUnaryCall<ProviderRequest, unknown>, answer: Answer) => void;

/** Of a read it has the state, of all else what is wanted and what there is. */
interface ProviderRequest {
  getNews?(): Struct | undefined;
  getOlds?(): Struct | undefined;
  getProperties?(): Struct | undefined;
}

/** As Pulumi's own host chooses it: that of the new inputs, unless it is not known. */
function providerOf(request: ProviderRequest): string {
  const [read, news = "", olds = ""] = [
    request.getProperties?.(),
    request.getNews?.(),
    request.getOlds?.(),
  ].map((properties) => properties?.getFieldsMap().get("__provider")?.getStringValue());
  return read ?? (news === UNKNOWN ? olds : news);
}

/** @see https://github.com/pulumi/pulumi/blob/v3.270.0/sdk/nodejs/runtime/rpc.ts unknownValue */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
