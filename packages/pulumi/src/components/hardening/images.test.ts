import { expect, test } from "vitest";
import { checkDigests, checkOneRegistry, placeImages } from "./images.ts";

const digest = `sha256:${"a".repeat(64)}`;

async function placed(image: string, args: Parameters<typeof placeImages>[0]): Promise<string> {
  const props = { spec: { template: { spec: { containers: [{ name: "x", image }] } } } };
  const type = "kubernetes:apps/v1:Deployment";
  const result = await placeImages(args)({ type, name: "x", custom: true, props, opts: {} });
  return result?.props.spec.template.spec.containers[0].image;
}

test.each([
  ["1password/connect-api:1.8.2", "mirror.example/hub/1password/connect-api:1.8.2"],
  // As the chart names them after 2.4.1.
  ["docker.io/1password/connect-api:1.8.3", "mirror.example/hub/1password/connect-api:1.8.3"],
  ["ghcr.io/someone/connect-api:1", "mirror.example/hub/someone/connect-api:1"],
  ["localhost:5000/a/b", "mirror.example/hub/a/b"],
  ["alpine", "mirror.example/hub/library/alpine"],
  [`1password/connect-api@${digest}`, `mirror.example/hub/1password/connect-api@${digest}`],
])("the image %s has one place in the registry", async (image, there) => {
  expect(await placed(image, { registry: "mirror.example/hub" })).toBe(there);
});

test("without a registry, an image stays where the chart has it", async () => {
  const image = "docker.io/1password/connect-api:1.8.3";
  expect(await placed(image, {})).toBe(image);
  const digests = { "1password/connect-api:1.8.3": digest };
  expect(await placed(image, { digests })).toBe(`${image}@${digest}`);
});

test("an image that a value pins is pinned", async () => {
  const image = `1password/connect-api:1.8.2@${digest}`;
  expect(await placed(image, { digests: {} })).toBe(image);
});

test("a container that runs before the others has its image from there too", async () => {
  const pod = { containers: [], initContainers: [{ name: "x", image: "alpine" }] };
  const props = { spec: { template: { spec: pod } } };
  const type = "kubernetes:apps/v1:Deployment";
  const place = placeImages({ registry: "mirror.example" });
  const result = await place({ type, name: "x", custom: true, props, opts: {} });
  const { initContainers } = result?.props.spec.template.spec ?? {};
  expect(initContainers).toEqual([{ name: "x", image: "mirror.example/library/alpine" }]);
});

test("two places for one image are refused", () => {
  const values = { operator: { imageRepository: "mirror.example/operator" } };
  expect(() => checkOneRegistry({}, values)).not.toThrow();
  expect(() => checkOneRegistry({ registry: "other.example" }, values)).toThrow(
    /`values\.operator\.imageRepository` says .*`images\.registry`\. Leave one.*\[ARGUMENT_INVALID\]/,
  );
});

test("images without a digest are told before the chart is rendered, as far as they are known", () => {
  const digests = { "1password/connect-api:1.8.2": digest };
  const others = "1password/connect-sync:1.8.2 and 1password/onepassword-operator:1.12.0";
  const missing = `\`images.digests\` has none for ${others}, which the chart runs.`;
  expect(() => checkDigests({ digests }, "2.4.1", {})).toThrow(missing);
  expect(() => checkDigests({}, "2.4.1", {})).not.toThrow();
  const operator = { version: `1.12.0@${digest}` };
  const values = { connect: { create: false }, operator };
  expect(() => checkDigests({ digests }, "2.4.1", values)).not.toThrow();
  // Of a chart that is not known yet, nobody knows before.
  expect(() => checkDigests({ digests }, "99.0.0", {})).not.toThrow();
});
