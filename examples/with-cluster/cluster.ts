import { dynamic, type Output } from "@pulumi/pulumi";

/**
 * Stands for whatever makes your cluster: its kubeconfig is known when it has been made, and no
 * earlier. With EKS that is `cluster.kubeconfigJson` of `eks.Cluster`.
 */
export class Cluster extends dynamic.Resource {
  declare readonly kubeconfig: Output<string>;

  constructor(name: string) {
    const making: dynamic.ResourceProvider = {
      async create() {
        const { readFileSync } = require("node:fs");
        const kubeconfig = readFileSync(process.env.EXAMPLE_KUBECONFIG, "utf8");
        return { id: "cluster", outs: { kubeconfig } };
      },
    };
    super(making, name, { kubeconfig: undefined }, { additionalSecretOutputs: ["kubeconfig"] });
  }
}
