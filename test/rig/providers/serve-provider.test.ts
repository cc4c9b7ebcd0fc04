import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import { afterEach, expect, test } from "vitest";
import { toStruct } from "./property-struct.ts";

const started: ChildProcess[] = [];

afterEach(() => {
  for (const plugin of started.splice(0)) plugin.kill("SIGKILL");
});

/** Starts a plugin as the engine does: it prints its port. */
async function startPlugin(name: string, variables: Record<string, string>) {
  const program = join(import.meta.dirname, name, "main.ts");
  const plugin = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "inherit"] });
  started.push(plugin);
  const [port] = await once(createInterface(plugin.stdout), "line");
  const credentials = grpc.credentials.createInsecure();
  const client = new services.ResourceProviderClient(`127.0.0.1:${port}`, credentials);
  const request = new messages.ConfigureRequest();
  for (const [key, value] of Object.entries(variables)) {
    request.getVariablesMap().set(`${name}:config:${key}`, value);
  }
  const configured = await new Promise<InstanceType<typeof messages.ConfigureResponse>>(
    (resolve, reject) => {
      client.configure(request, (error, response) => (error ? reject(error) : resolve(response)));
    },
  );
  return { client, configured, plugin };
}

function createFailure(client: InstanceType<typeof services.ResourceProviderClient>, type: string) {
  const request = new messages.CreateRequest()
    .setUrn(`urn:pulumi:stack::project::${type}::a`)
    .setProperties(toStruct({ apiVersion: "v1", kind: "Secret", metadata: { name: "a" } }));
  return new Promise<string>((resolve) => {
    client.create(request, (error) => resolve(error?.details ?? "created"));
  });
}

test("a plugin takes secrets and previews, and refuses a type it does not know", async () => {
  const { client, configured } = await startPlugin("kubernetes", {});
  expect(configured.getAcceptsecrets()).toBe(true);
  expect(configured.getSupportspreview()).toBe(true);
  const failure = await createFailure(client, "kubernetes:yaml/v2:ConfigFile");
  expect(failure).toBe("The stand-in kubernetes provider has no kubernetes:yaml/v2:ConfigFile.");
});

test("a cluster that cannot be reached is said so when something is to be created", async () => {
  const kubeconfig = JSON.stringify({
    "current-context": "a",
    clusters: [{ name: "a", cluster: { server: "http://127.0.0.1:1" } }],
    contexts: [{ name: "a", context: { cluster: "a" } }],
  });
  const { client } = await startPlugin("kubernetes", { kubeconfig });
  const failure = await createFailure(client, "kubernetes:core/v1:Secret");
  expect(failure).toContain("configured Kubernetes cluster is unreachable");
  expect(failure).toContain("127.0.0.1:1");
});

test("a plugin ends when it is told to", async () => {
  const { plugin } = await startPlugin("kubernetes", {});
  plugin.kill("SIGTERM");
  expect(await once(plugin, "exit")).toEqual([0, null]);
});
