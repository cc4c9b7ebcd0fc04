import * as pulumi from "@pulumi/pulumi";
import type * as provider from "../provider.ts";

/** A resource whose life cycle `@opconnect/pulumi/provider` carries. */
export class ProvidedResource extends pulumi.dynamic.Resource {
  /** @param inputs The inputs, and each output as `undefined`. */
  constructor(
    kind: ProviderKind,
    name: string,
    inputs: pulumi.Inputs,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(providerStub(kind), name, inputs, opts, "opconnect", typeOf(kind));
  }
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
    super(kind, name, { ...inputs, holder: urnOf(kind, name, opts) }, opts);
  }
}

/**
 * The URN that a resource is to have. A promise, since an output would make it depend on its own
 * parent.
 */
function urnOf(
  kind: ProviderKind,
  name: string,
  opts: pulumi.CustomResourceOptions | undefined,
): Promise<string> {
  const type = `pulumi-nodejs:dynamic/opconnect:${typeOf(kind)}`;
  const urn = pulumi.createUrn(name, type, opts?.parent);
  return new Promise((resolve) => void urn.apply(resolve));
}

function typeOf(kind: ProviderKind): string {
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
}

/** Names of the resources whose life cycle `@opconnect/pulumi/provider` carries. */
type ProviderKind = keyof typeof provider;

/**
 * The provider of a dynamic resource as it is kept in state: source text that imports and captures
 * nothing but the name of its kind, so that it stays small and the same between releases. The work
 * is done by the installed version of `@opconnect/pulumi/provider`.
 * @see https://www.pulumi.com/docs/iac/concepts/resources/dynamic-providers/
 */
function providerStub(kind: ProviderKind): pulumi.dynamic.ResourceProvider {
  return {
    async check(olds, news) {
      return (require("@opconnect/pulumi/provider") as typeof provider)[kind].check(olds, news);
    },
    async diff(id, olds, news) {
      return (require("@opconnect/pulumi/provider") as typeof provider)[kind].diff(id, olds, news);
    },
    async create(inputs) {
      return (require("@opconnect/pulumi/provider") as typeof provider)[kind].create(inputs);
    },
    async read(id, state) {
      return (require("@opconnect/pulumi/provider") as typeof provider)[kind].read(id, state);
    },
    async update(id, olds, news) {
      return (require("@opconnect/pulumi/provider") as typeof provider)[kind].update(
        id,
        olds,
        news,
      );
    },
    async delete(id, state) {
      return (require("@opconnect/pulumi/provider") as typeof provider)[kind].delete(id, state);
    },
  };
}
