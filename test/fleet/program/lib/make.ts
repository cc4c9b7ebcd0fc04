import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ComponentResource, type CustomResource, type Resource, secret } from "@pulumi/pulumi";
import { seen } from "./seen";
import type { Spec } from "./spec";
import { Thing } from "./thing";

const { label } = JSON.parse(readFileSync(join(__dirname, "../label.json"), "utf8"));

/** Makes what is declared, in its order. */
export function make(specs: readonly Spec[]): ReadonlyMap<string, CustomResource> {
  const things = new Map<string, CustomResource>();
  const all = new Map<string, Resource>();
  for (const spec of specs) {
    const { name, component, props, secrets = {}, from, parent, dependsOn, deletedWith } = spec;
    seen.push(name);
    const options = {
      parent: parent === undefined ? undefined : all.get(parent),
      dependsOn: dependsOn?.flatMap((other) => all.get(other) ?? []),
      deletedWith: deletedWith === undefined ? undefined : all.get(deletedWith),
      aliases: spec.alias === undefined ? undefined : [{ name: spec.alias }],
      protect: spec.protect,
      retainOnDelete: spec.retainOnDelete,
      deleteBeforeReplace: spec.deleteBeforeReplace,
      ignoreChanges: spec.ignoreChanges,
      replaceOnChanges: spec.replaceOnChanges,
    };
    if (component === true) {
      all.set(name, new ComponentResource("declared:index:Group", name, {}, options));
      continue;
    }
    const hidden = Object.entries(secrets).map(([key, value]) => [key, secret(value)]);
    const inputs = { ...props, ...Object.fromEntries(hidden), label, seen: seen.length };
    const id = from === undefined ? undefined : things.get(from)?.id;
    const thing = new Thing(name, id === undefined ? inputs : { ...inputs, from: id }, options);
    things.set(name, thing);
    all.set(name, thing);
  }
  return things;
}
