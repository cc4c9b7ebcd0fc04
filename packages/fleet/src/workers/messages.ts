import type { StackReport } from "../report/model.ts";
import type { PolicyPacks } from "../stacks/policy-packs.ts";
import type { FleetProject } from "../stacks/project.ts";
import type { PulumiFailure } from "../stacks/pulumi-failure.ts";
import type { FleetStack } from "../stacks/stack.ts";
import type { DynamicHost, PreviewKind } from "./dynamic-host.ts";
import type { CompiledProgram } from "./program/compile.ts";
import type { Way } from "./program/way.ts";

/** What a worker is asked to preview. */
export interface PreviewJob {
  readonly project: FleetProject;
  readonly stack: FleetStack;
  readonly way: Way;
  readonly kind: PreviewKind;
  readonly timeLimitMs: number;
  /** What a preview is held to. */
  readonly policies?: PolicyPacks;
  /** Of its configuration. */
  readonly configurationRisks?: StackReport["risks"];
  /** Digest of the state that it is previewed against. */
  readonly checkpoint?: string;
  /** Serves what it can of its dynamic resources. */
  readonly host?: DynamicHost;
}

/** To a worker. Its answers come in the same order. */
export type WorkerRequest =
  | { readonly kind: "compile"; readonly project: FleetProject }
  | { readonly kind: "program"; readonly program: CompiledProgram }
  | { readonly kind: "host"; readonly project: FleetProject; readonly previews: PreviewKind }
  | { readonly kind: "preview"; readonly job: PreviewJob }
  | { readonly kind: "end" };

/** From a worker: nothing but what may be shown leaves it. */
export type WorkerAnswer =
  | { readonly kind: "compiled"; readonly program: CompiledProgram }
  | { readonly kind: "refused"; readonly failure: PulumiFailure }
  | { readonly kind: "hosting"; readonly host: DynamicHost }
  | Previewed;

export interface Previewed {
  readonly kind: "previewed";
  readonly report: StackReport;
  /** It has dynamic resources that the shared host did not serve. */
  readonly needsOwnHost: boolean;
  /** The program was loaded before in the same process. */
  readonly isLoadedAgain: boolean;
  /** The program keeps something where the next one of the same process would find it. */
  readonly usesGlobals: boolean;
  /** What the process takes more than after its first stack, when all is freed that can be. */
  readonly keptBytes: number;
}
