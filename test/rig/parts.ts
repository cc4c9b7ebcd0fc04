import { providerVersion } from "./engine/engine-home.ts";
import { moto } from "./tools/catalog.ts";
import type { Programs } from "./tools/ensure-programs.ts";

/** One part of a rig, for reports: what it is, and how real. */
export interface RigPart {
  readonly name: string;
  /** `"real"`: the user's own; `"built"`: the real program, built here; `"stand-in"`: imitates it. */
  readonly kind: "real" | "built" | "stand-in";
  readonly version: string;
}

export async function listParts(
  programs: Programs,
  realProviders: boolean,
): Promise<readonly RigPart[]> {
  const { pulumi, helm, etcd, apiserver, controllerManager, operator } = programs;
  const real = [pulumi, helm, etcd, apiserver, controllerManager, operator];
  const provider = realProviders ? "real" : "stand-in";
  return [
    ...real.map(({ name, kind, version }) => ({ name, kind, version })),
    { name: "kubernetes provider", kind: provider, version: await providerVersion("kubernetes") },
    { name: "aws provider", kind: provider, version: await providerVersion("aws") },
    { name: "Secrets Manager", kind: "stand-in", version: `moto ${moto.version}` },
    { name: "op and Connect", kind: "stand-in", version: "@opconnect/sandbox" },
    process.env.OPCONNECT_CHART
      ? { name: "connect chart", kind: "real", version: process.env.OPCONNECT_CHART }
      : { name: "connect chart", kind: "stand-in", version: "fixture" },
  ];
}

/** How a report words the kind of a part. */
export function renderKind({ kind }: RigPart): string {
  const words = { real: "real, yours", built: "real, built from its Go module" } as const;
  return kind === "stand-in" ? kind : words[kind];
}
