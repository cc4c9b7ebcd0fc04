import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import type * as grpc from "@grpc/grpc-js";
import messages from "@pulumi/pulumi/proto/language_pb.js";

/**
 * Runs a policy pack in a Node process of its own, through `@pulumi/pulumi/cmd/run-policy-pack` as
 * the pack's folder resolves it, and passes on what it prints: its port first. It ends with the call.
 */
export function runPolicyPack(
  call: grpc.ServerWritableStream<messages.RunPluginRequest, messages.RunPluginResponse>,
): void {
  const { request } = call;
  const folder = request.getInfo()?.getProgramDirectory() ?? request.getProgram();
  const runtime = createRequire(join(folder, "package.json")).resolve(
    "@pulumi/pulumi/cmd/run-policy-pack",
  );
  const given = request.getEnvList().map((entry) => entry.split(/=(.*)/s).slice(0, 2));
  const pack = spawn(process.execPath, [runtime, ...request.getArgsList(), folder], {
    // There the pack looks for its version.
    cwd: folder,
    env: { ...process.env, ...Object.fromEntries(given) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  pack.stdout.on("data", (text) => call.write(new messages.RunPluginResponse().setStdout(text)));
  pack.stderr.on("data", (text) => call.write(new messages.RunPluginResponse().setStderr(text)));
  const end = () => void pack.kill("SIGKILL");
  call.on("cancelled", end);
  // Where the engine was killed, this host ends by itself and takes the pack along.
  process.once("exit", end);
  pack.once("error", (error) => call.destroy(error));
  pack.once("close", (code) => {
    process.off("exit", end);
    call.write(new messages.RunPluginResponse().setExitcode(code ?? 1));
    call.end();
  });
}
