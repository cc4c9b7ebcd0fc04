import { createHash } from "node:crypto";
import * as grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import { execa } from "execa";
import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { expect, onTestFinished, test } from "vitest";
import type { PreviewKind } from "../../packages/fleet/src/workers/dynamic-host.ts";
import { isOwnProvider } from "../../packages/fleet/src/workers/own-provider.ts";
import { WorkerProcess } from "../../packages/fleet/src/workers/worker-process.ts";

/** Prints what is written into the state: by Node.js itself, since Vitest rewrites functions. */
const script = `
  import * as pulumi from "@pulumi/pulumi";
  import { Vault } from "@opconnect/pulumi";
  await pulumi.runtime.setMocks({
    newResource({ inputs }) {
      process.stdout.write(inputs.__provider ?? "");
      return { id: "fixture", state: inputs };
    },
    call: ({ inputs }) => inputs,
  });
  new Vault("own", { title: "acme-prod" });
`;

const folder = import.meta.dirname;

async function printOwnProvider(): Promise<string> {
  const { stdout } = await execa("node", ["--input-type=module", "--eval", script], {
    cwd: folder,
    stripFinalNewline: false,
  });
  return stdout;
}

test("the shared host of a fleet's previews knows our providers, and no others", async () => {
  const own = await printOwnProvider();
  expect(own).toMatch(/\(\)\.vault;\n$/);
  const digest = createHash("sha256").update(own.replace("().vault;", "().kind;"));
  expect(isOwnProvider(own), `OWN_TEXT is to be ${digest.digest("hex")}`).toBe(true);
  expect(isOwnProvider(own.replace("().vault;", "().connectToken;"))).toBe(true);
  // What does one thing more is none of ours.
  expect(isOwnProvider(own.replace("return require", "seen += 1; return require"))).toBe(false);
  expect(isOwnProvider(`${own}seen += 1;`)).toBe(false);
  expect(isOwnProvider("")).toBe(false);
});

test("it checks and compares for a preview, reads and compares for a drift, and changes nothing", async () => {
  // It owns nothing, so that asking for it changes nothing either.
  const own = (await printOwnProvider()).replace("().vault;", "().operatorSync;");
  const foreign = "exports.handler = () => ({});\n";
  const [preview, drift] = await Promise.all([startHost("preview"), startHost("drift")]);
  const nothing = { create: "refused", update: "refused", delete: "refused" };
  expect(await preview(own)).toEqual({
    ...{ check: "served", diff: "served", read: "refused", ...nothing },
  });
  // A comparison of another kind than that of a refresh could be taken for one.
  expect(await drift(own)).toEqual({
    ...{ check: "refused", diff: "served", read: "served", ...nothing },
  });
  const refused = { check: "refused", diff: "refused", read: "refused", ...nothing };
  expect([await preview(foreign), await drift(foreign)]).toEqual([refused, refused]);
});

/** @returns what asks a host everything of a resource with the text of a provider. */
async function startHost(previews: PreviewKind) {
  const worker = new WorkerProcess();
  onTestFinished(() => worker.end());
  const project = {
    ...{ name: "fixture", root: folder, file: "Pulumi.yaml", programFolder: folder },
    ...{ entryPoint: ".", stackFolder: folder, runtime: "nodejs", runtimeOptions: {} },
  };
  const answer = await worker.ask({ kind: "host", project, previews });
  if (answer?.kind !== "hosting") throw new Error("The worker is no host.");
  const { port, refusal } = answer.host;
  const client = new services.ResourceProviderClient(
    `127.0.0.1:${port}`,
    grpc.credentials.createInsecure(),
  );
  onTestFinished(() => client.close());
  return async (text: string): Promise<Record<string, unknown>> => {
    const asked = Object.entries(requestsOf(text)).map(async ([name, message]) => {
      const error = await new Promise<grpc.ServiceError | null>((resolve) => {
        Reflect.apply(Reflect.get(client, name), client, [message, resolve]);
      });
      if (error === null) return [name, "served"];
      return [name, error.details === refusal ? "refused" : error.details];
    });
    return Object.fromEntries(await Promise.all(asked));
  };
}

function requestsOf(text: string): Readonly<Record<string, object>> {
  const properties = Struct.fromJavaScript({ __provider: text });
  const change = { setOlds: [properties], setNews: [properties] };
  const state = { setId: ["fixture"], setProperties: [properties] };
  return {
    check: request(new messages.CheckRequest(), change),
    diff: request(new messages.DiffRequest(), { setId: ["fixture"], ...change }),
    read: request(new messages.ReadRequest(), state),
    create: request(new messages.CreateRequest(), { setProperties: [properties] }),
    update: request(new messages.UpdateRequest(), { setId: ["fixture"], ...change }),
    delete: request(new messages.DeleteRequest(), state),
  };
}

function request<T extends object>(message: T, values: Readonly<Record<string, unknown[]>>): T {
  for (const [name, words] of Object.entries(values)) {
    Reflect.apply(Reflect.get(Object(message), name), message, words);
  }
  return message;
}
