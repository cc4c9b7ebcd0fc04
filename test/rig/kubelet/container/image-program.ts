import type { V1Container } from "@kubernetes/client-node";
import { expandReferences } from "./expand-references.ts";

/** Where the programs are that stand for images. */
export interface ImageSources {
  /**
   * Path of the program that stands for the operator's image of a tag.
   * @throws Waiting while it is pulled, and where it cannot be.
   */
  readonly findOperator: (tag: string) => string;
  /** Command line of the sandbox, whose `connect` serves the Connect API. */
  readonly sandboxCli: string;
  /** Folder of the sandbox's account. */
  readonly sandboxHome: string;
}

export interface ImageProgram {
  readonly command: readonly string[];
  /** What the image itself would bring, or the rig adds so that it can run here. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * The program that stands for a container's image: `"idle"` for one that runs without a process,
 * `undefined` for an unknown one, and for an operator's without a tag.
 * @param address Loopback address that belongs to the pod: it binds its ports there, so that pods do
 * not collide.
 */
export function findImageProgram(
  container: V1Container,
  variables: ReadonlyMap<string, string>,
  address: string,
  sources: ImageSources,
): ImageProgram | "idle" | undefined {
  const { image = "", command, args = [] } = container;
  const expanded = args.map((argument) => expandReferences(argument, variables));
  const { name, tag } = IMAGE.exec(image)?.groups ?? {};
  switch (name) {
    case "1password/connect-api":
      return {
        command: [process.execPath, sources.sandboxCli, "connect"],
        variables: {
          OPCONNECT_SANDBOX_HOME: sources.sandboxHome,
          OPCONNECT_SANDBOX_BIND: address,
        },
      };
    case "1password/connect-sync":
      // The emulator reads the account itself: there is nothing to synchronise.
      return "idle";
    case "1password/onepassword-operator":
      if (tag === undefined) return undefined;
      return {
        command: [sources.findOperator(tag), ...bindPorts(expanded, address)],
        variables: {},
      };
    case "rig/sleep":
      return {
        command:
          command?.map((part) => expandReferences(part, variables)).concat(expanded) ?? SLEEP,
        variables: {},
      };
    default:
      return undefined;
  }
}

/** Ports on all addresses become ports of the pod's address; the operator's defaults too. */
function bindPorts(args: readonly string[], address: string): string[] {
  const bound = args.map((argument) =>
    argument.replace(/^(--?(?:metrics|health-probe)-bind-address=)(?=:)/, `$1${address}`),
  );
  for (const [flag, port] of OPERATOR_PORTS) {
    const given = bound.some((argument) => argument.replace(/^--?/, "").startsWith(`${flag}=`));
    if (!given) bound.push(`--${flag}=${address}:${port}`);
  }
  return bound;
}

/** Whatever the registry and the digest. */
const IMAGE = /(?<name>(?:1password|rig)\/[a-z-]+)(?::(?<tag>[\w.-]+))?(?:@.*)?$/;

const OPERATOR_PORTS = [
  ["metrics-bind-address", 8080],
  ["health-probe-bind-address", 8081],
] as const;

/** As first process of its namespace, `sleep` itself would not heed SIGTERM. */
const SLEEP = ["/bin/sh", "-c", "trap 'exit 0' TERM; sleep infinity & wait"];
