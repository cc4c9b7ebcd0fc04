import type { Declared, Spec } from "./program/lib/spec.ts";

/** What all stacks of the differential test have before. */
export const before: Declared = {
  resources: [
    { name: "plain", props: { size: 1, kind: "x", tags: { team: "one" }, list: ["p", "q"] } },
    { name: "after", from: "plain", props: { size: 2, kind: "y" } },
    { name: "group", component: true },
    { name: "inside", parent: "group", props: { size: 3, kind: "z" } },
    { name: "secretive", props: { kind: "s" }, secrets: { password: "fixture-secret" } },
    { name: "guarded", protect: true, props: { size: 4, kind: "g" } },
    { name: "kept", retainOnDelete: true, props: { kind: "k" } },
    { name: "ignoring", ignoreChanges: ["size"], props: { size: 5, kind: "i" } },
    { name: "eager", deleteBeforeReplace: true, props: { kind: "e" } },
    { name: "user", dependsOn: ["eager"], from: "eager", props: { kind: "u" } },
  ],
  outputs: { size: 1 },
  secretOutput: "fixture-secret",
};

/** A kind of change: what the stack declares after it. */
export interface Kind {
  readonly name: string;
  readonly after: Declared;
}

/** Kinds of change that a preview can show. */
export const kinds: readonly Kind[] = [
  { name: "nothing", after: before },
  kind("a number", edit("plain", { props: { size: 9 } })),
  kind("a nested text", edit("plain", { props: { tags: { team: "two" } } })),
  kind("a list that grows", edit("plain", { props: { list: ["p", "q", "r"] } })),
  kind("a list that shrinks", edit("plain", { props: { list: ["q"] } })),
  kind("another type of a value", edit("plain", { props: { size: "1" } })),
  kind("a property more", edit("plain", { props: { colour: "red" } })),
  kind("a property less", without("plain", "tags")),
  kind("a secret", edit("secretive", { secrets: { password: "fixture-secret-2" } })),
  kind("a value that becomes a secret", edit("plain", { secrets: { size: "1" } })),
  kind("a replacement", edit("after", { props: { kind: "other" } })),
  kind("a replacement that others use", edit("plain", { props: { kind: "other" } })),
  kind("a replacement that deletes first", edit("eager", { props: { kind: "other" } })),
  kind("a replacement of what is guarded", edit("guarded", { props: { kind: "other" } })),
  kind(
    "a replacement asked for",
    edit("plain", { props: { size: 9 }, replaceOnChanges: ["size"] }),
  ),
  kind("a resource more", [...before.resources, { name: "more", props: { kind: "m" } }]),
  kind("a resource that uses another more", [
    ...before.resources,
    { name: "more", from: "plain", props: { kind: "m" } },
  ]),
  kind("a component more", [
    ...before.resources,
    { name: "second", component: true },
    { name: "within", parent: "second", props: { kind: "w" } },
  ]),
  kind("a resource less", removed("after")),
  kind("a component less", removed("group", "inside")),
  kind("a resource less that is kept", removed("kept")),
  kind("a resource less that is guarded", removed("guarded")),
  kind("everything less", []),
  kind("another name", edit("after", { name: "renamed" })),
  kind("another name with an alias", edit("after", { name: "renamed", alias: "after" })),
  kind("a resource that moves out of its component", edit("inside", { parent: undefined })),
  kind("a guard less", edit("guarded", { protect: false })),
  kind("a guard more", edit("plain", { protect: true })),
  kind("a change that is ignored", edit("ignoring", { props: { size: 9 } })),
  kind("a dependency more", edit("inside", { dependsOn: ["plain"] })),
  kind("another source", edit("user", { from: "plain" })),
  kind("a deletion that goes with another's", edit("after", { deletedWith: "plain" })),
  { name: "an output", after: { ...before, outputs: { size: 2 } } },
  { name: "an output more", after: { ...before, outputs: { size: 1, more: true } } },
  { name: "an output less", after: { ...before, outputs: {} } },
  { name: "an output that is secret", after: { ...before, secretOutput: "fixture-secret-2" } },
  { name: "an output that is not known yet", after: { ...editedWithOutput() } },
  kind("several at once", [
    ...edit("plain", { props: { size: 9 } }).filter(({ name }) => name !== "after"),
    { name: "more", props: { kind: "m" } },
  ]),
  kind("what a provider refuses", edit("plain", { props: { refused: true } })),
  { name: "a program that throws", after: { ...before, fail: "throw" } },
  { name: "a program that rejects", after: { ...before, fail: "reject" } },
  { name: "a program that ends", after: { ...before, fail: "exit" } },
];

function kind(name: string, resources: readonly Spec[]): Kind {
  return { name, after: { ...before, resources } };
}

function edit(
  name: string,
  change: Partial<Omit<Spec, "parent">> & { parent?: string | undefined },
) {
  return before.resources.map((spec): Spec => {
    if (spec.name !== name) return spec;
    const { parent = "parent" in change ? undefined : spec.parent, ...rest } = change;
    const { parent: _, ...same } = spec;
    return {
      ...same,
      ...rest,
      ...(parent !== undefined && { parent }),
      props: { ...spec.props, ...change.props },
    };
  });
}

function without(name: string, property: string): readonly Spec[] {
  return before.resources.map((spec) => {
    const props = Object.entries(spec.props ?? {}).filter(([key]) => key !== property);
    return spec.name === name ? { ...spec, props: Object.fromEntries(props) } : spec;
  });
}

function removed(...names: readonly string[]): readonly Spec[] {
  return before.resources.filter(({ name }) => !names.includes(name));
}

function editedWithOutput(): Declared {
  const resources = [...before.resources, { name: "more", props: { kind: "m" } }];
  return { ...before, resources, outputOf: "more" };
}
