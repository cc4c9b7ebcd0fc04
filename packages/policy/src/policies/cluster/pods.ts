import { type KnownRecord, recordAt, recordsIn } from "../../rule/known.ts";
import { type RuleResource, textOf } from "../../rule/rule.ts";

/** The containers that a resource runs, those for its start included; none if it runs none. */
export function containersOf({ type, props }: RuleResource): readonly KnownRecord[] {
  const path = podPaths.find(([form]) => form.test(type))?.[1];
  if (path === undefined) return [];
  const { containers, initContainers } = recordAt(props, ...path);
  return [...recordsIn(containers), ...recordsIn(initContainers)];
}

/** Image of a container, by its repository without a registry; nothing if it is not known yet. */
export function imageOf(container: KnownRecord): string | undefined {
  return textOf(container.image);
}

/** Whether an image is one of 1Password's: of Docker Hub, or a copy of it in another registry. */
export function isOnePasswordImage(image: string): boolean {
  return /(^|\/)(1password\/)?(connect-api|connect-sync|onepassword-operator)(:|@|$)/.test(image);
}

/** Whether an image is the operator. */
export function isOperatorImage(image: string): boolean {
  return /(^|\/)onepassword-operator(:|@|$)/.test(image);
}

const podPaths: readonly (readonly [type: RegExp, path: readonly string[]])[] = [
  [/^kubernetes:core\/v1:Pod(Patch)?$/, ["spec"]],
  [
    /^kubernetes:apps\/v1:(Deployment|StatefulSet|DaemonSet|ReplicaSet)(Patch)?$/,
    ["spec", "template", "spec"],
  ],
  [/^kubernetes:batch\/v1:Job(Patch)?$/, ["spec", "template", "spec"]],
  [/^kubernetes:batch\/v1:CronJob(Patch)?$/, ["spec", "jobTemplate", "spec", "template", "spec"]],
];
