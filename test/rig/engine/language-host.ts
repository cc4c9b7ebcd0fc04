/**
 * The language host of a built engine: what `pulumi-language-nodejs` is beside a downloaded one.
 * The engine starts it, reads the port that it prints, and has it run programs and policy packs by the
 * runtimes that `@pulumi/pulumi` brings along.
 */
import * as grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/language_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/language_pb.js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { listDependencies } from "./program-dependencies.ts";
import { runPolicyPack } from "./run-policy-pack.ts";
import { runProgram } from "./run-program.ts";

type Call<T> = grpc.ServerUnaryCall<T, unknown>;
type PluginCall = grpc.ServerWritableStream<messages.RunPluginRequest, messages.RunPluginResponse>;
type Answer = grpc.sendUnaryData<unknown>;

// Engines tell their address by argument, the newest by Handshake as well.
let engineAddress = process.argv.slice(2).find((argument) => !argument.startsWith("-")) ?? "";
const running = new AbortController();

const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
server.addService(services.LanguageRuntimeService, {
  handshake(call: Call<messages.LanguageHandshakeRequest>, answer: Answer) {
    engineAddress = call.request.getEngineAddress();
    answer(null, new messages.LanguageHandshakeResponse());
  },
  getPluginInfo(_call: Call<empty.Empty>, answer: Answer) {
    answer(null, new plugins.PluginInfo());
  },
  // Empty: the engine looks for a provider once a resource asks for it.
  getRequiredPackages(_call: Call<messages.GetRequiredPackagesRequest>, answer: Answer) {
    answer(null, new messages.GetRequiredPackagesResponse());
  },
  run(call: Call<messages.RunRequest>, answer: Answer) {
    const response = new messages.RunResponse();
    runProgram(call.request, engineAddress, running.signal).then(
      ({ error, shown }) => answer(null, response.setError(error).setBail(shown)),
      (error: unknown) => answer(null, response.setError(String(error))),
    );
  },
  runPlugin(call: PluginCall) {
    if (call.request.getKind() === "analyzer") return runPolicyPack(call);
    const details = `This host starts policy packs, and no ${call.request.getKind()}.`;
    call.destroy(Object.assign(new Error(details), { code: grpc.status.UNIMPLEMENTED, details }));
  },
  cancel(_call: Call<empty.Empty>, answer: Answer) {
    running.abort();
    answer(null, new empty.Empty());
  },
  about(_call: Call<messages.AboutRequest>, answer: Answer) {
    const about = new messages.AboutResponse();
    answer(null, about.setExecutable(process.execPath).setVersion(process.version));
  },
  getProgramDependencies(call: Call<messages.GetProgramDependenciesRequest>, answer: Answer) {
    const response = new messages.GetProgramDependenciesResponse();
    for (const { name, version } of listDependencies(call.request.getInfo())) {
      response.addDependencies(new messages.DependencyInfo().setName(name).setVersion(version));
    }
    answer(null, response);
  },
});

server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`${port}\n`);
});
