import { createRequire } from "node:module";
import type * as Yaml from "yaml";

/** An object of Kubernetes, as it is written down. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ManifestMetadata;
  readonly [field: string]: unknown;
}

/** What all objects say of themselves. */
export interface ManifestMetadata {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly finalizers?: readonly string[] | undefined;
}

/** The text of a file with these objects. What is undefined in them is left out. */
export function renderYaml(...objects: readonly object[]): string {
  const { stringify }: typeof Yaml = require("yaml");
  // Without anchors, which not every tool follows, and without folded lines, which hide a change.
  const options = { aliasDuplicateObjects: false, lineWidth: 0 };
  return objects.map((each) => stringify(withoutUndefined(each), options)).join("---\n");
}

function withoutUndefined(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** Only for whom writes manifests: to load it takes time. */
const require = createRequire(import.meta.url);
