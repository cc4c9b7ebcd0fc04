import { execa } from "execa";
import { type Figure, figure, quickest } from "./figure.ts";

/** The modules of @pulumi/* that `@opconnect/pulumi` itself imports. */
const pulumiModules = [
  "@pulumi/pulumi",
  "@pulumi/kubernetes/admissionregistration/v1/validatingAdmissionPolicy.js",
  "@pulumi/kubernetes/admissionregistration/v1/validatingAdmissionPolicyBinding.js",
  "@pulumi/kubernetes/apiextensions/customResource.js",
  "@pulumi/kubernetes/apiextensions/v1/customResourceDefinitionPatch.js",
  "@pulumi/kubernetes/core/v1/namespace.js",
  "@pulumi/kubernetes/core/v1/namespacePatch.js",
  "@pulumi/kubernetes/helm/v4/chart.js",
  "@pulumi/kubernetes/networking/v1/networkPolicy.js",
  "@pulumi/kubernetes/provider.js",
  "@pulumi/kubernetes/rbac/v1/clusterRole.js",
  "@pulumi/kubernetes/rbac/v1/clusterRoleBinding.js",
  "@pulumi/kubernetes/rbac/v1/role.js",
  "@pulumi/kubernetes/rbac/v1/roleBinding.js",
];

/**
 * Import time that `@opconnect/pulumi` adds on top of the @pulumi/* modules it uses. Both are taken
 * in one process each time: what is added is a small part of the whole, and processes differ.
 */
export async function measureImportTime(runs: number): Promise<Figure> {
  const base: number[] = [];
  const added: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const times = await importTimes();
    base.push(times.base);
    added.push(times.added);
  }
  return figure({
    measured: quickest(base) + quickest(added),
    baseline: quickest(base),
    goal: "measured - baseline <= 20 ms",
  });
}

async function importTimes(): Promise<{ readonly base: number; readonly added: number }> {
  const program = `
    const start = performance.now();
    for (const name of ${JSON.stringify(pulumiModules)}) await import(name);
    const base = performance.now();
    await import("@opconnect/pulumi");
    process.stdout.write(JSON.stringify({ base: base - start, added: performance.now() - base }));
    process.exit(0);
  `;
  const { stdout } = await execa("node", ["--input-type=module", "--eval", program], {
    cwd: import.meta.dirname,
  });
  return JSON.parse(stdout);
}
