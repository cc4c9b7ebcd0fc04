// A user's program under Pulumi's mocks, without an engine: it makes an environment, and loads the
// provider as the engine does, from the text that stands in state.
const { Module, createRequire } = require("node:module");
const { join } = require("node:path");

// A package around the library may be all that a program depends on.
const from = process.argv[2] ?? "@opconnect/pulumi";
const load = createRequire(join(process.cwd(), "package.json"));
const pulumi = load("@pulumi/pulumi");

main();

async function main() {
  const { connectMocks } = load(`${from}/testing`);
  const texts = [];
  const made = [];
  const mocks = connectMocks({
    newResource({ name, type, inputs }) {
      made.push(type);
      if (inputs.__provider) texts.push(inputs.__provider);
      return { id: `${name}-id`, state: inputs };
    },
  });
  await pulumi.runtime.setMocks(mocks, "acme", "prod");
  const { ConnectEnvironment } = load(from);
  new ConnectEnvironment("acme-prod", {
    client: "acme",
    environment: "prod",
    vaults: ["app"],
    items: { postgres: { namespace: "app", vault: "app", item: "postgres" } },
  });
  await pulumi.runtime.disconnect();
  const handlers = texts.map((text) => {
    const module = new Module("");
    module.paths = Module._nodeModulePaths(process.cwd());
    module._compile(text, "");
    return typeof module.exports.handler().create;
  });
  console.log(JSON.stringify({ made: made.length, handlers: [...new Set(handlers)] }));
  if (handlers.length === 0 || handlers.some((type) => type !== "function")) process.exitCode = 1;
}
