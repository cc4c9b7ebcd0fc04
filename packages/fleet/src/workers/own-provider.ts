/**
 * Whether the text of a dynamic provider is that of a resource of `@opconnect/pulumi`: one that hands
 * everything on to `@opconnect/pulumi/provider`, and keeps nothing itself. Any other text is foreign,
 * be it that Pulumi writes ours in another way one day.
 */
export function isOwnProvider(text: string): boolean {
  const [, kind] = /\bkind: "([A-Za-z]+)"/.exec(text) ?? [];
  return kind !== undefined && withoutSpace(text) === withoutSpace(ownText(kind));
}

/** As `@pulumi/pulumi` writes the provider of one kind of resource into the state. */
function ownText(kind: string): string {
  const methods = Object.entries(parametersOf);
  const names = methods.map(([name], at) => `${name}: __f${at + 1}`).join(", ");
  const bodies = methods.map(([name, parameters], at) => {
    const given = parameters.map((_, index) => `__${index}`).join(", ");
    const code = `async function /*${name}*/(${parameters.join(", ")}) {
      return require("@opconnect/pulumi/provider")[kind].${name}(${parameters.join(", ")});
    };`;
    return functionText(at + 1, given, `kind: "${kind}"`, code);
  });
  return `exports.handler = __f0;
    var __provider = {${names}};
    ${bodies.join("\n")}
    ${functionText(0, "", "provider: __provider", "() => provider;")}`;
}

function functionText(at: number, given: string, captured: string, code: string): string {
  return `function __f${at}(${given}) {
    return (function() {
      with({ ${captured}, this: undefined, arguments: undefined }) {
        return ${code}
      }
    }).apply(undefined, undefined).apply(this, arguments);
  }`;
}

function withoutSpace(text: string): string {
  return text.replaceAll(/\s+/g, "");
}

const parametersOf: Readonly<Record<string, readonly string[]>> = {
  check: ["olds", "news"],
  diff: ["id", "olds", "news"],
  create: ["inputs"],
  read: ["id", "state"],
  update: ["id", "olds", "news"],
  delete: ["id", "state"],
};
