import * as pulumi from "@pulumi/pulumi";
import type * as provider from "../provider.ts";

/** A resource whose life cycle `@opconnect/pulumi/provider` carries. */
export class ProvidedResource extends pulumi.CustomResource {
  /** @param inputs The inputs, and each output as `undefined`. */
  constructor(
    kind: ProviderKind,
    name: string,
    inputs: pulumi.Inputs,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(typeOf(kind), name, { ...inputs, __provider: providerText(kind) }, opts);
    if (pulumi.runtime.isDryRun()) return;
    for (const key of Object.keys(inputs)) Object.assign(this, { [key]: unlessLeftOut(this, key) });
  }
}

/**
 * A property of a resource, which is not known where an update with targets leaves the resource out:
 * as Pulumi (seen with 3.250) hands it over, it has no value, which would be taken for one. The id of
 * such a resource is unknown.
 */
function unlessLeftOut(resource: pulumi.CustomResource, key: string): pulumi.Output<unknown> {
  const output: pulumi.Output<unknown> = Reflect.get(resource, key);
  return pulumi.all([resource.id, output]).apply(([, value]) => value);
}

/**
 * A resource that has what others may have too, be it itself under another URN: it is noted there as
 * a holder, by the input `holder`, its URN.
 */
export class HoldingResource extends ProvidedResource {
  /** @param inputs The inputs, and each output as `undefined`. */
  constructor(
    kind: ProviderKind,
    name: string,
    inputs: pulumi.Inputs,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(kind, name, { ...inputs, holder: urnOf(kind, name, opts?.parent) }, opts);
  }
}

/**
 * The URN that a resource is to have. A promise, since an output would make it depend on its own
 * parent.
 */
export function urnOf(
  kind: ProviderKind,
  name: string,
  parent: pulumi.Resource | pulumi.Input<pulumi.URN> | undefined,
): Promise<string> {
  const urn = pulumi.createUrn(name, typeOf(kind), parent);
  return new Promise((resolve) => void urn.apply(resolve));
}

function typeOf(kind: ProviderKind): string {
  return `pulumi-nodejs:dynamic/opconnect:${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
}

/** Names of the resources whose life cycle `@opconnect/pulumi/provider` carries. */
type ProviderKind = keyof typeof provider;

/**
 * The provider of a dynamic resource as it is kept in state: the text of a module that knows no more
 * than the name of its kind and the way to `@opconnect/pulumi/provider`, so that it is small, and the
 * same between releases and machines. The work is done by the installed version of that. Pulumi would
 * write such a text from an object, at three times the size, and loads a compiler for that.
 * @see https://github.com/pulumi/pulumi/blob/v3.250.0/sdk/nodejs/cmd/dynamic-provider/index.ts `getProvider`
 */
function providerText(kind: ProviderKind): string {
  return `exports.handler = () => (${loadProvider})().${kind};\n`;
}

/**
 * Loads the provider as the program's folder has it, and otherwise as the nearest of the program's
 * dependencies does, and of theirs: a package around this library may be all that a program depends
 * on. Part of the text in state, so it reaches nothing outside.
 * @throws what Node.js says of the program's own folder.
 */
function loadProvider(): typeof provider {
  const name = "@opconnect/pulumi/provider";
  try {
    return require(name);
  } catch (error) {
    if (Object(error).code !== "MODULE_NOT_FOUND") throw error;
    const { existsSync, realpathSync } = require("node:fs");
    const folders = new Set([process.cwd()]);
    for (const folder of folders) {
      const load = require("node:module").createRequire(`${folder}/package.json`);
      const place = (path: string) =>
        load.resolve.paths(path).find((each: string) => existsSync(`${each}/${path}/package.json`));
      if (place("@opconnect/pulumi")) return load(name);
      if (!existsSync(`${folder}/package.json`)) continue;
      const { dependencies, devDependencies } = load("./package.json");
      for (const each of Object.keys({ ...dependencies, ...devDependencies })) {
        const found = place(each);
        if (found) folders.add(realpathSync(`${found}/${each}`));
      }
    }
    throw error;
  }
}
