import type { Finding, ResourceRule } from "../../rule/rule.ts";
import { containersOf, imageOf, isOnePasswordImage } from "./pods.ts";

/** An image that can change is another program tomorrow, and it reads every secret. */
export const imagesPinned: ResourceRule = {
  name: "images-pinned",
  description: "The images of Connect and of the operator are pinned.",
  looksAt:
    "images of 1Password in pods, Deployments, Jobs and the like, also where the chart makes them",
  fix: "Name a full version such as `1.8.1`, or a digest.",
  level: "mandatory",
  settings: {
    by: {
      type: "string",
      enum: ["version", "digest"],
      description: 'whether a full version is enough, or it must be a digest; "version" without it',
    },
  },
  checkResource(resource, { by = "version" }) {
    const findings: Finding[] = [];
    for (const container of containersOf(resource)) {
      const image = imageOf(container);
      if (image === undefined || !isOnePasswordImage(image)) continue;
      const isPinned = /@sha256:[0-9a-f]{64}$/.test(image);
      if (isPinned || (by === "version" && /:v?\d+\.\d+\.\d+$/.test(image))) continue;
      findings.push({ says: `An image of 1Password in ${resource.name} is not pinned by ${by}.` });
    }
    return findings;
  },
};
