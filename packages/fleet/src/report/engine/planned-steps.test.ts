import { expect, test } from "vitest";
import { parseEvents } from "./events.ts";
import { plannedSteps } from "./planned-steps.ts";

const type = "kubernetes:apps/v1:Deployment";

/** Paths of what changes in a Deployment, where its provider says where. */
function changed(image: string, told: readonly string[]) {
  const of = (image: string) => ({
    ...{ type, urn: `urn:pulumi:acme-prod::clients::${type}::app`, id: "acme/app" },
    inputs: { metadata: { name: "app" }, spec: { containers: [{ name: "app", image }] } },
    outputs: {},
  });
  const detailedDiff = Object.fromEntries(
    told.map((path) => [path, { diffKind: "update", inputDiff: false }]),
  );
  const metadata = { op: "update", type, urn: of("").urn, old: of("a:1"), new: of(image) };
  const { events } = parseEvents([
    { resourcePreEvent: { metadata: { ...metadata, detailedDiff } } },
  ]);
  return plannedSteps(events).flatMap(({ changes }) =>
    changes.map(({ path, before, after }) => [
      path.map((step) => Object.values(step)[0]),
      before,
      after,
    ]),
  );
}

// As that for Kubernetes does, of a change of its inputs too.
test("what a provider found changed by comparing with the live object is told once", () => {
  const image = [["spec", "containers", "app", "image"], "a:1", "a:2"];
  expect(changed("a:2", ["spec.containers[0].image"])).toEqual([image]);
  expect(changed("a:2", ["spec.containers[0]"])).toEqual([image]);
  expect(changed("a:2", ["spec.containers[0].image", "spec.replicas"])).toEqual([
    image,
    [["spec", "replicas"], undefined, undefined],
  ]);
});

test("what differs in the live object alone is told by its path", () => {
  expect(changed("a:1", ["spec.containers[0].image"])).toEqual([
    [["spec", "containers", "app", "image"], undefined, undefined],
  ]);
});
