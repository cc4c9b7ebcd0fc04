/** What tells one version of 1Password's chart from another, besides its templates. */
export interface ChartVersion {
  /** Version of Connect. */
  readonly appVersion: string;
  readonly operatorVersion: string;
  /** Default of `connect.serviceType`. */
  readonly serviceType: "ClusterIP" | "NodePort";
}

/** The versions that the fixture chart can be. */
export const chartVersions: Readonly<Record<string, ChartVersion>> = {
  "1.17.0": { appVersion: "1.7.3", operatorVersion: "1.8.1", serviceType: "NodePort" },
  "2.0.5": { appVersion: "1.8.1", operatorVersion: "1.9.1", serviceType: "ClusterIP" },
  "2.1.1": { appVersion: "1.8.1", operatorVersion: "1.9.1", serviceType: "ClusterIP" },
  "2.2.1": { appVersion: "1.8.1", operatorVersion: "1.10.1", serviceType: "ClusterIP" },
  "2.3.0": { appVersion: "1.8.1", operatorVersion: "1.11.0", serviceType: "ClusterIP" },
  "2.4.0": { appVersion: "1.8.2", operatorVersion: "1.11.0", serviceType: "ClusterIP" },
  "2.4.1": { appVersion: "1.8.2", operatorVersion: "1.12.0", serviceType: "ClusterIP" },
};
