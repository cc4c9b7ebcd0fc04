import { expect, test } from "vitest";
import { findingsOf, unknownText } from "../../../fixtures/findings-of.ts";
import { imagesPinned as rule } from "./images-pinned.ts";

const deployment = (...images: readonly string[]) => [
  {
    type: "kubernetes:apps/v1:Deployment",
    props: { spec: { template: { spec: { containers: images.map((image) => ({ image })) } } } },
  },
];
const digest = `@sha256:${"0".repeat(64)}`;

test("full versions and digests pass, and so do images of others", () => {
  const images = [
    "1password/connect-api:1.8.1",
    `registry.example.com/1password/onepassword-operator${digest}`,
    "nginx:latest",
    unknownText,
  ];
  expect(findingsOf(rule, deployment(...images))).toEqual([]);
});

test.each([
  "1password/connect-api",
  "1password/connect-sync:latest",
  "docker.io/1password/onepassword-operator:1",
  "mirror.example.com:5000/connect-api:1.8",
])("%s is found", (image) => {
  expect(findingsOf(rule, deployment(image))).toEqual([
    "An image of 1Password in it is not pinned by version.",
  ]);
});

test("a version is not enough where the settings ask for a digest", () => {
  const settings = { by: "digest" };
  expect(findingsOf(rule, deployment("1password/connect-api:1.8.1"), settings)).toEqual([
    "An image of 1Password in it is not pinned by digest.",
  ]);
  expect(findingsOf(rule, deployment(`1password/connect-api:1.8.1${digest}`), settings)).toEqual(
    [],
  );
});
