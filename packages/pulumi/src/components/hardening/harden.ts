import type * as pulumi from "@pulumi/pulumi";
import { type ImagesArgs, placeImages } from "./images.ts";
import { spreadPods } from "./placement.ts";
import { restrictPods } from "./pod-security.ts";
import { giveResources } from "./resources.ts";

/** What is done to the objects of every version of the chart, where it has no value for it. */
export function harden(images: ImagesArgs = {}): readonly pulumi.ResourceTransform[] {
  return [spreadPods(), placeImages(images), restrictPods(), giveResources()];
}
