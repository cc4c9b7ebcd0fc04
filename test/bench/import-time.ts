import { execa } from "execa";
import { compare, type Figure } from "./figure.ts";

/** The modules of @pulumi/* that `@opconnect/pulumi` itself imports. */
const pulumiModules = [
  "@pulumi/pulumi",
  "@pulumi/aws/secretsmanager/secret.js",
  "@pulumi/kubernetes/apiextensions/customResource.js",
  "@pulumi/kubernetes/apiextensions/v1/customResourceDefinitionPatch.js",
  "@pulumi/kubernetes/core/v1/namespace.js",
  "@pulumi/kubernetes/helm/v4/chart.js",
  "@pulumi/kubernetes/provider.js",
];

/** Import time that `@opconnect/pulumi` adds on top of the @pulumi/* modules it uses. */
export async function measureImportTime(runs: number): Promise<Figure> {
  const goal = "measured - baseline <= 20 ms";
  return compare(
    { runs, goal },
    () => importTime([...pulumiModules, "@opconnect/pulumi"]),
    () => importTime(pulumiModules),
  );
}

/** Each measurement in a process of its own: modules are loaded once per process. */
async function importTime(modules: readonly string[]): Promise<number> {
  const program = `
    const start = performance.now();
    for (const name of ${JSON.stringify(modules)}) await import(name);
    process.stdout.write(String(performance.now() - start));
    process.exit(0);
  `;
  const { stdout } = await execa("node", ["--input-type=module", "--eval", program], {
    cwd: import.meta.dirname,
  });
  return Number(stdout);
}
