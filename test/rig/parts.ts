import { userChart } from "./chart/chart-folder.ts";

import { type KubernetesProvider, kubernetesVersion } from "./engine/kubernetes-provider.ts";
import { moto } from "./tools/catalog.ts";
import type { Programs } from "./tools/ensure-programs.ts";

/** One part of a rig, for reports: what it is, and how real. */
export interface RigPart {
  readonly name: string;
  /** `"real"`: the user's own; `"built"`: the real program, built here; `"stand-in"`: imitates it. */
  readonly kind: "real" | "built" | "stand-in";
  readonly version: string;
  /** Where it comes from, e.g. `"on PATH"`. */
  readonly origin: string;
}

export async function listParts(
  programs: Programs,
  origin: KubernetesProvider,
  wording: number,
): Promise<readonly RigPart[]> {
  const { pulumi, helm, etcd, apiserver, controllerManager, operator } = programs;
  const real = [pulumi, helm, etcd, apiserver, controllerManager, operator];
  const provider: RigPart = {
    name: "kubernetes provider",
    kind: origin === "test/rig/providers" ? "stand-in" : "real",
    // One on PATH does not say which version it is.
    version: origin === "on PATH" ? "" : await kubernetesVersion(),
    origin,
  };
  return [
    ...real.map(({ name, kind, version, origin }) => ({ name, kind, version, origin })),
    provider,
    { name: "Secrets Manager", kind: "stand-in", version: moto.version, origin: "moto" },
    { name: "nodes and images", kind: "stand-in", version: "", origin: "test/rig/kubelet" },
    {
      name: "op and Connect",
      kind: "stand-in",
      version: `OPCONNECT_SANDBOX_WORDING=${wording}`,
      origin: "@opconnect/sandbox",
    },
    userChart() === undefined
      ? { name: "connect chart", kind: "stand-in", version: "", origin: "test/rig/chart" }
      : { name: "connect chart", kind: "real", version: "", origin: "OPCONNECT_CHART" },
  ];
}

/** A part as one line of a report, its name padded to `width`. */
export function renderPart({ name, kind, version, origin }: RigPart, width = 0): string {
  const word = kind === "stand-in" ? "stand-in" : "real";
  return `${name.padEnd(width)}  ${[version, `${word}, ${origin}`].join(" ").trim()}`;
}
