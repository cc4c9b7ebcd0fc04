/** What the program of an environment says. */
export interface Wanted {
  readonly place: Place;
  readonly chart: ChartVersion;
  /** Keys of the vaults. */
  readonly vaults: readonly string[];
  /** What is said of some of them besides. */
  readonly vaultOptions: Readonly<Record<string, WantedVault>>;
  /** Namespaces that the program makes for the items, by the end of their names. */
  readonly namespaces: readonly string[];
  /** Items by the name of the Secret. */
  readonly items: Readonly<Record<string, WantedItem>>;
  /** Keys of the vaults of each consumer's token beside the operator's. */
  readonly tokens: Readonly<Record<string, readonly string[]>>;
  readonly revision: number;
}

/** Where the environment stands among the resources of its program. */
export interface Place {
  readonly name: string;
  /** The component that holds it. */
  readonly parent?: string;
}

/** The last version that takes the credentials in a variable, and one that mounts them. */
export const chartVersions = ["2.2.1", "2.4.1"] as const;
export type ChartVersion = (typeof chartVersions)[number];

export interface WantedVault {
  /** None: `read`. */
  readonly access?: "read-write";
  /** Role of the group Team Members; none: no access. */
  readonly group?: "read" | "read-write";
  /** None: one that names the environment. */
  readonly description?: (typeof descriptions)[number];
}

export interface WantedItem {
  readonly namespace: string;
  readonly vault: string;
  readonly title: (typeof itemTitles)[number];
  /** None: `Opaque`. */
  readonly type?: "kubernetes.io/basic-auth";
}

/** Texts that a program may give a vault. */
export const descriptions = ["of the shop", "of the web shop"] as const;

/** Titles of the items in each vault. */
export const itemTitles = ["alpha", "beta", "gamma"] as const;

/** An environment as it begins. */
export const firstWanted: Wanted = {
  place: { name: "environment" },
  chart: "2.4.1",
  vaults: ["app", "data"],
  vaultOptions: {},
  namespaces: ["one", "two"],
  items: {
    postgres: { namespace: "one", vault: "app", title: "alpha" },
    redis: { namespace: "one", vault: "data", title: "beta" },
    mail: { namespace: "two", vault: "app", title: "gamma" },
  },
  tokens: { ci: ["app"] },
  revision: 1,
};

/** What the two programs differ in, as a reader sees it. */
export function differences(before: Wanted, after: Wanted): readonly string[] {
  const [old, now] = [flat(before), flat(after)];
  const keys = [...new Set([...old.keys(), ...now.keys()])];
  return keys
    .filter((key) => old.get(key) !== now.get(key))
    .map((key) => `${key}: ${old.get(key) ?? "none"} → ${now.get(key) ?? "none"}`);
}

function flat({ items, tokens, vaultOptions, ...others }: Wanted): ReadonlyMap<string, string> {
  const rows = [
    ...Object.entries(others),
    ...Object.entries(items).map(([name, item]) => [`item ${name}`, item] as const),
    ...Object.entries(vaultOptions).map(([key, options]) => [`vault ${key}`, options] as const),
    ...Object.entries(tokens).map(([name, vaults]) => [`token ${name}`, vaults] as const),
  ];
  return new Map(rows.map(([key, value]) => [key, JSON.stringify(value)]));
}
