import { Vault } from "@opconnect/pulumi";
import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { isOwnProvider } from "../../packages/fleet/src/workers/own-provider.ts";

/** Text of the provider of a resource, as Pulumi writes it into the state. */
async function providerText(make: () => pulumi.Resource): Promise<string> {
  const texts: string[] = [];
  await pulumi.runtime.setMocks({
    newResource({ inputs }) {
      texts.push(String(inputs.__provider));
      return { id: "fixture", state: inputs };
    },
    call: ({ inputs }) => inputs,
  });
  await new Promise((resolve) => make().urn.apply(resolve));
  return texts.join();
}

class Foreign implements pulumi.dynamic.ResourceProvider {
  async check(_olds: object, news: object) {
    require("@opconnect/pulumi/provider");
    return { inputs: news };
  }
  async create() {
    return { id: "fixture" };
  }
}

class ForeignResource extends pulumi.dynamic.Resource {}

test("the shared host of a fleet's previews knows our providers, and no others", async () => {
  const own = await providerText(() => new Vault("own", { title: "acme-prod" }));
  expect(isOwnProvider(own), own).toBe(true);
  const made = () => new ForeignResource(new Foreign(), "foreign", {});
  expect(isOwnProvider(await providerText(made))).toBe(false);
  // What does one thing more is none of ours.
  expect(isOwnProvider(own.replace("return require", "seen += 1; return require"))).toBe(false);
  expect(isOwnProvider(own.replace('kind: "vault"', 'kind: "server"'))).toBe(false);
});
