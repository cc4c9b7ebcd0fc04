import { NamespacePatch } from "@pulumi/kubernetes/core/v1/namespacePatch.js";
import type * as pulumi from "@pulumi/pulumi";
import type * as z from "zod/mini";
import { isDeferred } from "../../input/deferred.ts";
import { isList } from "../../input/keyed.ts";
import { suggestion } from "../../input/refusal.ts";
import { refuse } from "../../input/schema.ts";
import type { OperatorArgs } from "../chart-values.ts";
import { restartAnnotation } from "./auto-restart.ts";

/**
 * Says of namespaces whether the Deployments in them are restarted. A patch: it sets the one
 * annotation, takes it off when it goes, and leaves all else of the namespace to whose it is.
 * @param name Starts the names of the resources.
 */
export function restartInNamespaces(
  name: string,
  restarts: Readonly<Record<string, boolean>>,
  opts: pulumi.CustomResourceOptions,
): readonly NamespacePatch[] {
  return Object.entries(restarts).map(([namespace, on]) => {
    const annotations = {
      // Not the field manager of our other objects, of which the environment's own namespace is one:
      // the annotation that it does not name would be taken off by it.
      "pulumi.com/patchFieldManager": "opconnect-auto-restart",
      "pulumi.com/patchForce": "true",
      [restartAnnotation]: String(on),
    };
    return new NamespacePatch(
      `${name}-${namespace}`,
      { metadata: { name: namespace, annotations } },
      opts,
    );
  });
}

/**
 * Refuses to say something of a namespace that the operator does not watch, where it has no effect.
 * @param watchedOtherwise What the operator watches where that is left out.
 */
export function refuseUnwatchedRestarts(
  { autoRestartIn = {}, watchNamespaces }: OperatorArgs,
  watchedOtherwise: () => readonly pulumi.Input<string>[],
  context: z.core.$RefinementCtx,
): void {
  const told = Object.keys(autoRestartIn);
  if (told.length === 0) return;
  const watched: unknown = watchNamespaces ?? watchedOtherwise();
  if (!isList(watched) || watched.some(isDeferred)) return;
  const names = watched.map(String);
  for (const namespace of told) {
    if (names.includes(namespace)) continue;
    refuse(
      context,
      {
        says: ` is about a namespace that the operator does not watch: that is ${names.join(", ")}`,
        remedy: `Name one of these, or add it to \`operator.watchNamespaces\`.${suggestion(namespace, names)}`,
        also: ["operator", "watchNamespaces"],
      },
      ["operator", "autoRestartIn", namespace],
    );
  }
}
