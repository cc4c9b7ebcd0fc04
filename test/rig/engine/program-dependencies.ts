import { readFileSync } from "node:fs";
import { join } from "node:path";
import type messages from "@pulumi/pulumi/proto/language_pb.js";

/** The dependencies that a program's package.json names, for `pulumi about`. */
export function listDependencies(
  info: messages.ProgramInfo | undefined,
): readonly { name: string; version: string }[] {
  const manifest = join(info?.getProgramDirectory() ?? ".", "package.json");
  try {
    const content: { dependencies?: Record<string, string> } = JSON.parse(
      readFileSync(manifest, "utf8"),
    );
    const entries = Object.entries(content.dependencies ?? {});
    return entries.map(([name, version]) => ({ name, version }));
  } catch {
    return [];
  }
}
