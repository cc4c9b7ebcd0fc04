import { existsSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { ReportProgress } from "../progress.ts";
import * as catalog from "./catalog.ts";
import { ensureTool, toolFolder } from "./ensure-tool.ts";
import { findOnPath, userPath } from "./find-on-path.ts";
import { findOperator } from "./operators.ts";
import type { Program } from "./program.ts";
import type { GoTool, Tool } from "./tool.ts";

export interface Programs {
  readonly pulumi: Program;
  readonly helm: Program;
  readonly etcd: Program;
  readonly apiserver: Program;
  readonly controllerManager: Program;
  /** In the newest version; others are there once they are asked for, see {@link ensureOperator}. */
  readonly operator: Program;
  /** Virtual environment of moto. */
  readonly motoFolder: string;
}

/**
 * Finds or builds every program of the rig. `pulumi` and `helm` on PATH win over a build, and so do
 * the control plane's programs in the folder KUBEBUILDER_ASSETS, and the operator in
 * OPCONNECT_OPERATORS.
 */
export async function ensurePrograms(report: ReportProgress): Promise<Programs> {
  const onPath = { folders: userPath(), origin: "on PATH" };
  const assets = { folders: process.env.KUBEBUILDER_ASSETS ?? "", origin: "KUBEBUILDER_ASSETS" };
  const pulumi = await findProgram(catalog.pulumi, onPath, ["version"]);
  const helm = await findProgram(catalog.helm, onPath, ["version", "--template={{.Version}}"]);
  const etcd = await findProgram(catalog.etcd, assets, ["--version"]);
  const apiserver = await findProgram(catalog.kubeApiserver, assets, ["--version"]);
  const manager = await findProgram(catalog.kubeControllerManager, assets, ["--version"]);

  const operator = findOperator(catalog.onepasswordOperator.version);

  const missing: Tool[] = [
    ...(etcd ? [] : [catalog.etcd]),
    ...(apiserver ? [] : [catalog.kubeApiserver]),
    ...(manager ? [] : [catalog.kubeControllerManager]),
    ...(helm ? [] : [catalog.helm]),
    ...(operator.kind === "real" ? [] : [catalog.onepasswordOperator]),
    ...(pulumi ? [] : [catalog.pulumi]),
    catalog.moto,
  ].filter((tool) => !existsSync(toolFolder(tool)));
  announceBuilds(missing, report);
  const goTools = missing.filter((tool) => tool.kind === "go");
  // One Go build keeps all cores busy; moto mostly waits for the network.
  await Promise.all([
    ensureInTurn(goTools, report),
    ensureInTurn(
      missing.filter((tool) => tool.kind === "python"),
      report,
    ),
  ]);

  return {
    pulumi: pulumi ?? builtProgram(catalog.pulumi),
    helm: helm ?? builtProgram(catalog.helm),
    etcd: etcd ?? builtProgram(catalog.etcd),
    apiserver: apiserver ?? builtProgram(catalog.kubeApiserver),
    controllerManager: manager ?? builtProgram(catalog.kubeControllerManager),
    operator,
    motoFolder: toolFolder(catalog.moto),
  };
}

async function findProgram(
  { name }: GoTool,
  { folders, origin }: { folders: string; origin: string },
  versionArgs: readonly string[],
): Promise<Program | undefined> {
  const file = findOnPath(name, folders);
  if (file === undefined) return undefined;
  const { stdout } = await execa(file, [...versionArgs], {
    env: { PULUMI_SKIP_UPDATE_CHECK: "1" },
  });
  const version = /\d+\.\d+\.\d+\S*/.exec(stdout)?.[0] ?? "unknown";
  return { name, path: file, kind: "real", version, origin };
}

function announceBuilds(missing: readonly Tool[], report: ReportProgress): void {
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(", ");
  const minutes = missing.reduce((sum, tool) => sum + tool.minutes, 0);
  const text = `building ${names}; this first time takes about ${minutes} minutes on two cores`;
  report({ step: "tools", state: "note", text });
}

async function ensureInTurn(tools: readonly Tool[], report: ReportProgress): Promise<void> {
  for (const tool of tools) await ensureTool(tool, report);
}

function builtProgram(tool: GoTool): Program {
  const { name, version } = tool;
  const path = join(toolFolder(tool), name);
  return { name, version, path, kind: "built", origin: "built from its Go module" };
}
