import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { autoRestart } from "./auto-restart.ts";

const key = "operator.1password.io/auto-restart";

/** The annotations that a resource has of the transform; none if it is left alone. */
async function annotations(
  { type = "kubernetes:apps/v1:Deployment", metadata = {} as unknown } = {},
  on?: boolean,
): Promise<unknown> {
  const props = { metadata, spec: {} };
  const result = await autoRestart(on)({ type, name: "web", custom: true, props, opts: {} });
  if (result === undefined) return undefined;
  expect(result.props.spec).toBe(props.spec);
  return new Promise((resolve) => {
    pulumi.output(result.props.metadata).apply((made) => resolve(Object(made).annotations));
  });
}

test("a Deployment is annotated, and keeps what it has", async () => {
  expect(await annotations()).toEqual({ [key]: "true" });
  expect(await annotations({}, false)).toEqual({ [key]: "false" });
  const metadata = pulumi.output({ annotations: { team: "a" } });
  expect(await annotations({ metadata })).toEqual({ [key]: "true", team: "a" });
  expect(await annotations({ metadata: undefined })).toEqual({ [key]: "true" });
});

test("what a Deployment says itself counts more", async () => {
  const metadata = { annotations: { [key]: "false" } };
  expect(await annotations({ metadata })).toEqual({ [key]: "false" });
});

test.each(["kubernetes:apps/v1:StatefulSet", "kubernetes:core/v1:Namespace", "aws:ecs:Deployment"])(
  "%s is left alone",
  async (type) => {
    expect(await annotations({ type })).toBeUndefined();
  },
);

test.each(["yes", 1, null, Number.NaN, pulumi.output(true), { type: "web", props: {} }])(
  "%o is neither true nor false, as is what a transform is given that is not called",
  (on) => {
    expect(() => autoRestart(on as never)).toThrow(
      /true or false.*`transforms: \[autoRestart\(\)\]`.*ARGUMENT_INVALID/,
    );
  },
);
