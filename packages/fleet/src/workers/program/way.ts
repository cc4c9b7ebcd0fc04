import { existsSync, readFileSync } from "node:fs";
import nodeModule from "node:module";
import { isRecord } from "@opconnect/core/json";
import { parse } from "yaml";
import type { FleetProject } from "../../stacks/project.ts";
import type { FleetStack } from "../../stacks/stack.ts";
import { tsconfigFile } from "./compile.ts";
import { findEntry, isTypeScript } from "./entry.ts";

/** How the program of a stack is run: inside a worker, or by `pulumi` in a process of its own. */
export type Way = "inside" | "by pulumi";

/** How the programs of a project are run, whatever their stack. */
export function wayOfProject(project: FleetProject): Way {
  const { runtime, runtimeOptions } = project;
  if (runtime !== "nodejs" || !("registerHooks" in nodeModule)) return "by pulumi";
  // Options of Node.js may bring a loader of their own.
  if (typeof runtimeOptions.nodeargs === "string" && runtimeOptions.nodeargs.trim() !== "") {
    return "by pulumi";
  }
  const entry = findEntry(project);
  if (entry === undefined) return "by pulumi";
  if (!isTypeScript(entry.file)) return "inside";
  // Without a tsconfig.json, what is compiled how is up to the ts-node that there is.
  const isUsual = runtimeOptions.typescript !== false && existsSync(tsconfigFile(project));
  return isUsual ? "inside" : "by pulumi";
}

/** An environment of Pulumi ESC sets variables that only a program of `pulumi`'s own process gets. */
export function wayOfStack(way: Way, { file }: FleetStack): Way {
  if (way === "by pulumi" || file === undefined) return way;
  try {
    const settings: unknown = parse(readFileSync(file, "utf8"));
    return isRecord(settings) && settings.environment !== undefined ? "by pulumi" : way;
  } catch {
    // What is wrong with the file `pulumi` says best.
    return "by pulumi";
  }
}
