import { type CustomResourceOptions, dynamic } from "@pulumi/pulumi";

type Inputs = Record<string, unknown>;

class ThingProvider implements dynamic.ResourceProvider<Inputs, Inputs> {
  async check(_olds: Inputs, news: Inputs) {
    const failures =
      news.refused === true ? [{ property: "refused", reason: "fixture-secret" }] : [];
    return { inputs: news, failures };
  }
  async diff(_id: string, olds: Inputs, news: Inputs) {
    const replaces = ["kind", "place"].filter((key) => olds[key] !== news[key]);
    const { __provider: _, ...before } = olds;
    const { __provider: __, ...after } = news;
    return { changes: JSON.stringify(before) !== JSON.stringify(after), replaces };
  }
  async create(inputs: Inputs) {
    return { id: `id-of-${String(inputs.kind)}`, outs: inputs };
  }
  async update(_id: string, _olds: Inputs, news: Inputs) {
    return { outs: news };
  }
}

/** A resource that nothing stands behind. */
export class Thing extends dynamic.Resource {
  constructor(name: string, props: Inputs, options: CustomResourceOptions) {
    super(new ThingProvider(), name, props, options, "declared", "Thing");
  }
}
