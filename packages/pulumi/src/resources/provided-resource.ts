import * as pulumi from "@pulumi/pulumi";
import { type ProviderKind, providerStub } from "./provider-stub.ts";

/** A resource whose life cycle `@opconnect/pulumi/provider` carries. */
export class ProvidedResource extends pulumi.dynamic.Resource {
  /** @param inputs The inputs, and each output as `undefined`. */
  constructor(
    kind: ProviderKind,
    name: string,
    inputs: pulumi.Inputs,
    opts?: pulumi.CustomResourceOptions,
  ) {
    const type = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
    super(providerStub(kind), name, inputs, opts, "opconnect", type);
  }
}
