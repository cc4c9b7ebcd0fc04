import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { parse } from "yaml";

/** Which cluster the provider's settings ask for. */
export interface KubeconfigChoice {
  /** Path or content. Without it, `KUBECONFIG` or `~/.kube/config` counts. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly cluster?: string | undefined;
}

/** How to reach a cluster, and as whom. */
export interface ClusterAddress {
  readonly server: string;
  /** Namespace of the context. */
  readonly namespace?: string;
  readonly tls: {
    readonly ca?: Buffer;
    readonly cert?: Buffer;
    readonly key?: Buffer;
    readonly servername?: string;
    readonly rejectUnauthorized?: boolean;
  };
  readonly token?: string;
}

/**
 * Finds the chosen cluster in the chosen kubeconfig. Written out here because loading a Kubernetes
 * client would add half a second to every preview and every update.
 */
export function readKubeconfig(choice: KubeconfigChoice): ClusterAddress {
  const config = mergeConfigs(loadConfigs(choice.kubeconfig));
  const contextName = choice.context ?? config.currentContext;
  if (!contextName) throw new Error("The kubeconfig names no current context.");
  const context = named(config.contexts, contextName, "context");
  const clusterName = choice.cluster ?? textOf(context.cluster);
  const cluster = named(config.clusters, clusterName, "cluster");
  const user = context.user === undefined ? {} : named(config.users, textOf(context.user), "user");
  if ("exec" in user || "auth-provider" in user) {
    throw new Error(
      "The kubeconfig's user is authenticated by a plugin, which the stand-in provider cannot run.",
    );
  }
  return {
    server: textOf(cluster.server),
    tls: tlsOf(cluster, user),
    ...(context.namespace !== undefined && { namespace: textOf(context.namespace) }),
    ...tokenOf(user),
  };
}

/** Where a kubeconfig setting points, if it is a path and not the content itself. */
export function kubeconfigPath(kubeconfig: string): string | undefined {
  const path = kubeconfig.replace(/^~(?=$|\/)/, homedir());
  return !path.includes("\n") && existsSync(path) ? path : undefined;
}

type Entry = Readonly<Record<string, unknown>>;

interface Config {
  readonly currentContext: string | undefined;
  readonly contexts: ReadonlyMap<string, Entry>;
  readonly clusters: ReadonlyMap<string, Entry>;
  readonly users: ReadonlyMap<string, Entry>;
}

function loadConfigs(kubeconfig: string | undefined): Config[] {
  if (kubeconfig) {
    const path = kubeconfigPath(kubeconfig);
    return [path === undefined ? parseConfig(kubeconfig, ".") : loadConfig(path)];
  }
  const ambient = process.env.KUBECONFIG ?? join(homedir(), ".kube", "config");
  const paths = ambient.split(delimiter).filter((path) => path !== "" && existsSync(path));
  if (paths.length === 0) throw new Error(`There is no kubeconfig at ${ambient}.`);
  return paths.map(loadConfig);
}

function loadConfig(path: string): Config {
  return parseConfig(readFileSync(path, "utf8"), dirname(path));
}

/** The message never quotes the text: it may hold keys. */
function parseConfig(text: string, directory: string): Config {
  const config = entryOf(parseYaml(text));
  const section = (name: string, key: string) => {
    const list = Array.isArray(config[name]) ? config[name].map(entryOf) : [];
    return new Map(
      list.map((entry) => [textOf(entry.name), withAbsolutePaths(entryOf(entry[key]), directory)]),
    );
  };
  const current = config["current-context"];
  return {
    currentContext: typeof current === "string" && current !== "" ? current : undefined,
    contexts: section("contexts", "context"),
    clusters: section("clusters", "cluster"),
    users: section("users", "user"),
  };
}

function parseYaml(text: string): unknown {
  try {
    const config: unknown = parse(text, { logLevel: "error" });
    if (typeof config === "object" && config !== null) return config;
  } catch {
    // Neither a mapping nor YAML at all: the same mistake to the user.
  }
  throw new Error("The kubeconfig is neither the path of a file nor a kubeconfig's content.");
}

/** The first file that names something wins, as with kubectl. */
function mergeConfigs(configs: readonly Config[]): Config {
  const merged = (section: "contexts" | "clusters" | "users") =>
    new Map(configs.toReversed().flatMap((config) => [...config[section]]));
  return {
    currentContext: configs.find(({ currentContext }) => currentContext)?.currentContext,
    contexts: merged("contexts"),
    clusters: merged("clusters"),
    users: merged("users"),
  };
}

function withAbsolutePaths(entry: Entry, directory: string): Entry {
  return Object.fromEntries(
    Object.entries(entry).map(([key, value]) =>
      fileKeys.has(key) && typeof value === "string"
        ? [key, resolve(directory, value)]
        : [key, value],
    ),
  );
}

function tlsOf(cluster: Entry, user: Entry): ClusterAddress["tls"] {
  const ca = fileOrData(cluster, "certificate-authority");
  const cert = fileOrData(user, "client-certificate");
  const key = fileOrData(user, "client-key");
  return {
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(cluster["tls-server-name"] !== undefined && {
      servername: textOf(cluster["tls-server-name"]),
    }),
    ...(cluster["insecure-skip-tls-verify"] === true && { rejectUnauthorized: false }),
  };
}

function tokenOf(user: Entry): { token?: string } {
  if (typeof user.token === "string") return { token: user.token };
  if (typeof user.tokenFile !== "string") return {};
  return { token: readFileSync(user.tokenFile, "utf8").trim() };
}

function fileOrData(entry: Entry, name: string): Buffer | undefined {
  const data = entry[`${name}-data`];
  if (typeof data === "string") return Buffer.from(data, "base64");
  const file = entry[name];
  return typeof file === "string" ? readFileSync(file) : undefined;
}

function named(entries: ReadonlyMap<string, Entry>, name: string, what: string): Entry {
  const entry = entries.get(name);
  if (!entry) throw new Error(`The kubeconfig has no ${what} "${name}".`);
  return entry;
}

function entryOf(value: unknown): Entry {
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

const fileKeys = new Set([
  "certificate-authority",
  "client-certificate",
  "client-key",
  "tokenFile",
]);
