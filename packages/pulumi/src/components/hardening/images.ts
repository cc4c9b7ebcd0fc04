import { chartFacts } from "@opconnect/core/chart-facts";
import { ConnectError } from "@opconnect/core/connect-error";
import type * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import { objectName } from "../../input/names.ts";
import { byName, fields, like, list } from "../../input/schema.ts";
import { type ChartValues, valueAt } from "../values-schema.ts";
import { eachContainer, onPods } from "./on-deployments.ts";

/** Where the images of all containers come from. Plain, as `ConnectArgs`. */
export interface ImagesArgs {
  /**
   * Registry of all images, with the path that they lie below, e.g. `"registry.example.com/hub"`:
   * there Connect is `registry.example.com/hub/1password/connect-api:1.8.2`.
   * @default - Docker Hub, as in the chart
   */
  readonly registry?: string;
  /**
   * Names of Secrets with which the images are pulled; they have to be in the namespace of Connect
   * and the operator.
   * @default - none
   */
  readonly pullSecrets?: readonly string[];
  /**
   * Digests by the image that the chart names, e.g. `{ "1password/connect-api:1.8.2": "sha256:…" }`.
   * An image without one here is then refused, so that another version of the chart runs none that
   * nobody has looked at.
   * @default - images are pulled by their tags
   */
  readonly digests?: Readonly<Record<string, string>>;
}

const registry = like(
  /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d+)?(\/[a-z0-9][a-z0-9._-]*)*$/,
  'the host of a registry, and a path there, such as "registry.example.com/hub"',
);

const digest = like(/^sha256:[0-9a-f]{64}$/, 'a digest: "sha256:" and 64 hexadecimal digits');

const image = like(
  /^[a-z0-9][\w./:-]*$/,
  'an image as the chart names it, such as "1password/connect-api:1.8.2"',
);

/** Checks where images come from. */
export const imagesSchema = fields<ImagesArgs>(() => ({
  registry: z.optional(registry),
  pullSecrets: z.optional(list(objectName, "a list of the names of Secrets")),
  digests: z.optional(byName(image, digest, "digests by image")),
}));

/**
 * Refuses a repository of an image beside the registry of all.
 * @throws `ARGUMENT_INVALID`.
 */
export function checkOneRegistry({ registry }: ImagesArgs, values: ChartValues): void {
  if (registry === undefined) return;
  for (const path of repositories) {
    if (valueAt(values, path) === undefined) continue;
    throw new ConnectError(
      "ARGUMENT_INVALID",
      `\`values.${path}\` says where an image comes from, and so does \`images.registry\`.`,
      "Leave one of them out.",
    );
  }
}

const repositories = [
  "connect.api.imageRepository",
  "connect.sync.imageRepository",
  "operator.imageRepository",
];

/**
 * Refuses images that have no digest, as far as they are known before the chart is rendered.
 * @throws `ARGUMENT_INVALID`.
 */
export function checkDigests({ digests }: ImagesArgs, version: string, values: ChartValues): void {
  if (digests === undefined) return;
  const unknown = chartImages(version, values).flatMap(({ repository, tag }) => {
    // One that is known later, or that the chart makes of a template, shows when it is rendered.
    if (tag === undefined) return [];
    const name = withoutHub(`${repository}:${tag}`);
    return name.includes("@") || name in digests ? [] : [name];
  });
  if (unknown.length > 0) throw withoutDigest(unknown);
}

/** An image that a chart runs. */
interface ChartImage {
  readonly repository: string;
  /** None where only the chart knows it. */
  readonly tag: string | undefined;
}

/** The images that a chart runs by these values, as far as they are known before it is rendered. */
function chartImages(version: string, values: ChartValues): readonly ChartImage[] {
  const { connectVersion, operatorVersion } = chartFacts(version);
  const ofConnect = ["connect.version", connectVersion] as const;
  const images = [
    ["connect.api", "1password/connect-api", ...ofConnect],
    ["connect.sync", "1password/connect-sync", ...ofConnect],
    ["operator", "1password/onepassword-operator", "operator.version", operatorVersion],
  ] as const;
  return images.flatMap(([path, usual, versionPath, own]) => {
    if (path !== "operator" && valueAt(values, "connect.create") === false) return [];
    const repository = valueAt(values, `${path}.imageRepository`) ?? usual;
    const tag = valueAt(values, versionPath) ?? own;
    if (typeof repository !== "string") return [];
    const isKnown = typeof tag === "string" && !tag.includes("{");
    return [{ repository, tag: isKnown ? tag : undefined }];
  });
}

/** Where another tool than Pulumi is to take an image from. */
export interface ImageOverride {
  /** The image as the chart names it, without its tag. */
  readonly name: string;
  readonly newName?: string;
  readonly newTag?: string;
  readonly digest?: string;
}

/**
 * The same as {@link placeImages}, said to Kustomize.
 * @throws `ARGUMENT_INVALID` for a version of the chart whose images only the chart knows, where
 * there are digests.
 * @see https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/
 */
export function imageOverrides(
  { registry, digests }: ImagesArgs,
  version: string,
  values: ChartValues,
): readonly ImageOverride[] {
  if (registry === undefined && digests === undefined) return [];
  return chartImages(version, values).map(({ repository, tag }) => {
    const name = withoutHub(repository);
    if (digests !== undefined && tag === undefined) throw withoutDigest([name]);
    const digest = digests?.[`${name}:${tag}`];
    return {
      name: repository,
      ...(registry !== undefined && { newName: `${registry}/${pathIn(name)}` }),
      // Kustomize leaves out the tag of an image with a digest, unless it is given it.
      ...(digest !== undefined && tag !== undefined && { newTag: tag, digest }),
    };
  });
}

/**
 * Takes the images of all containers from one registry, and by their digests. Not by the chart's
 * values: its versions would become labels, which may hold no digest, and it has none for the
 * profiler's image.
 * @throws `ARGUMENT_INVALID` for an image without a digest, where there are any.
 */
export function placeImages({ registry, digests }: ImagesArgs): pulumi.ResourceTransform {
  return onPods((pod) => {
    const unknown: string[] = [];
    const placed = eachContainer(pod, ({ image, ...container }) => {
      const name = withoutHub(image);
      const isPinned = digests === undefined || name.includes("@");
      const digest = isPinned ? undefined : digests[name];
      if (!isPinned && digest === undefined) unknown.push(name);
      const from = registry === undefined ? image : `${registry}/${pathIn(name)}`;
      return { ...container, image: digest === undefined ? from : `${from}@${digest}` };
    });
    if (unknown.length > 0) throw withoutDigest(unknown);
    return placed;
  });
}

/** An image of Docker Hub as it is mostly written, or another one. */
function withoutHub(image: string): string {
  return image.replace(/^(index\.)?docker\.io\//, "");
}

/** Path of an image in its registry, which Docker Hub lets leave out a part. */
function pathIn(name: string): string {
  const [first = "", ...rest] = name.split("/");
  if (rest.length === 0) return `library/${name}`;
  return /[.:]|^localhost$/.test(first) ? rest.join("/") : name;
}

function withoutDigest(images: readonly string[]): ConnectError {
  return new ConnectError(
    "ARGUMENT_INVALID",
    `\`images.digests\` has none for ${images.join(" and ")}, which the chart runs.`,
    `Add it: \`docker buildx imagetools inspect ${images[0]}\` prints it.`,
  );
}
