import { helmRepository } from "../components/connect-deployment.ts";

/** Where Helm gets a chart from. */
export interface ChartSource {
  /** Address of the repository, or the part of an `oci://` address before the chart's name. */
  readonly repository: string;
  readonly chart: string;
  readonly version: string;
}

/** Where the chart is taken from: 1Password's repository, or the `oci://` address of a mirror. */
export function chartSource(path: string | undefined, version: string): ChartSource {
  if (path === undefined) return { repository: helmRepository, chart: "connect", version };
  const at = path.lastIndexOf("/");
  return { repository: path.slice(0, at), chart: path.slice(at + 1), version };
}

export function isOci({ repository }: Pick<ChartSource, "repository">): boolean {
  return repository.startsWith("oci://");
}
