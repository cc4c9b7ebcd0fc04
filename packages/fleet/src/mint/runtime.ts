import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ConnectError, hasCode } from "@opconnect/core";
import type { MintingNeed } from "@opconnect/provision";

/** What a person does for one kind of resource, as the project's own `@opconnect/pulumi` does it. */
export interface Minting {
  need(inputs: Readonly<Record<string, unknown>>): Promise<MintingNeed>;
  mint(inputs: Readonly<Record<string, unknown>>): Promise<string>;
}

/** What a program runs on, all of it the project's own: what it mints today, CI adopts tomorrow. */
export interface ProjectRuntime {
  readonly grpc: typeof import("@grpc/grpc-js");
  readonly resources: typeof import("@pulumi/pulumi/proto/resource_pb.js");
  readonly monitorService: typeof import("@pulumi/pulumi/proto/resource_grpc_pb.js");
  readonly engine: typeof import("@pulumi/pulumi/proto/engine_pb.js");
  readonly engineService: typeof import("@pulumi/pulumi/proto/engine_grpc_pb.js");
  readonly empty: typeof import("google-protobuf/google/protobuf/empty_pb.js");
  readonly struct: typeof import("google-protobuf/google/protobuf/struct_pb.js");
  /** Path of what runs a program. */
  readonly runner: string;
  /** By the kinds of resources, e.g. `"ConnectToken"`. */
  readonly minting: ReadonlyMap<string, Minting>;
}

/**
 * Finds what the program of a project runs on.
 * @param folder Folder of the program.
 * @throws `PROGRAM_NOT_INSTALLED` if its libraries are not installed, or too old.
 */
export async function loadRuntime(folder: string): Promise<ProjectRuntime> {
  const ofProgram = createRequire(join(folder, "package.json"));
  const path = locate(ofProgram, "@pulumi/pulumi/package.json", folder);
  const ofPulumi = createRequire(path);
  const module = locate(ofProgram, "@opconnect/pulumi/minting", folder);
  const { minting } = (await import(pathToFileURL(module).href)) as Pick<ProjectRuntime, "minting">;
  return {
    grpc: ofPulumi("@grpc/grpc-js"),
    resources: ofPulumi("./proto/resource_pb.js"),
    monitorService: ofPulumi("./proto/resource_grpc_pb.js"),
    engine: ofPulumi("./proto/engine_pb.js"),
    engineService: ofPulumi("./proto/engine_grpc_pb.js"),
    empty: ofPulumi("google-protobuf/google/protobuf/empty_pb.js"),
    struct: ofPulumi("google-protobuf/google/protobuf/struct_pb.js"),
    runner: ofPulumi.resolve("./cmd/run"),
    minting,
  };
}

function locate(require: NodeJS.Require, name: string, folder: string): string {
  try {
    return require.resolve(name);
  } catch (error) {
    if (!hasCode(error, "MODULE_NOT_FOUND") && !hasCode(error, "ERR_PACKAGE_PATH_NOT_EXPORTED")) {
      throw error;
    }
    const [scope, library] = name.split("/");
    throw new ConnectError(
      "PROGRAM_NOT_INSTALLED",
      `The program in ${folder} has no ${scope}/${library} that can be minted with.`,
      "Install its libraries, `npm ci` for one, in a version of @opconnect/pulumi as new as this command.",
    );
  }
}
