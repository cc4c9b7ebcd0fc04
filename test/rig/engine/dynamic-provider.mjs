/**
 * Serves dynamic resources by the provider in `@pulumi/pulumi`, as the project's folder resolves
 * it: what `pulumi-resource-pulumi-nodejs` is beside a downloaded engine.
 */
import { createRequire } from "node:module";
import { join } from "node:path";

createRequire(join(process.cwd(), "package.json"))("@pulumi/pulumi/cmd/dynamic-provider");
