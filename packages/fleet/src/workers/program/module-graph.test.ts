import { expect, test } from "vitest";
import { ModuleGraph } from "./module-graph.ts";

test("what is the program's own, or can see Pulumi, is loaded anew; other libraries stay", () => {
  const graph = new ModuleGraph();
  const library = (path: string) => `file:///fleet/node_modules/${path}`;
  const [entry, own] = ["file:///fleet/index.js", "file:///fleet/settings.js"];
  graph.add("program:", entry);
  graph.add(entry, own);
  graph.add(own, library("lodash/index.js"));
  graph.add(entry, library("@acme/settings/index.js"));
  graph.add(library("@acme/settings/index.js"), library("@pulumi/pulumi/index.js"));
  graph.add(entry, library("@acme/platform/index.js"));
  graph.add(library("@acme/platform/index.js"), library("@acme/settings/index.js"));
  graph.add(library("@pulumi/aws/index.js"), library("@pulumi/pulumi/index.js"));
  graph.add(entry, library("@pulumi/aws/index.js"));
  graph.add("file:///worker.js", "file:///other.js");
  expect([...graph.loadedAnew(entry)].toSorted()).toEqual(
    [entry, own, library("@acme/settings/index.js"), library("@acme/platform/index.js")].toSorted(),
  );
});

test("files that import each other are no endless loop", () => {
  const graph = new ModuleGraph();
  graph.add("file:///a.js", "file:///b.js");
  graph.add("file:///b.js", "file:///a.js");
  expect([...graph.loadedAnew("file:///a.js")].toSorted()).toEqual([
    "file:///a.js",
    "file:///b.js",
  ]);
});
