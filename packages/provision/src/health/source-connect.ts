import { isConnectError, parseJson, redacted } from "@opconnect/core";
import { z } from "zod";
import type { ClusterInspection } from "../cluster/inspection/inspect.ts";
import type { PodAnswer } from "../cluster/inspection/pod-request.ts";
import type { Operator } from "./operator.ts";
import { remembered } from "./remembered.ts";
import { settledAnswer } from "./settled-answer.ts";
import {
  type ItemSource,
  type SourceItem,
  type SourceVault,
  unknownContent,
  vaultNamed,
} from "./source.ts";

/** How Connect is asked: with the operator's own token, at the pod that the operator asks. */
export type AskConnect = (path: string) => Promise<PodAnswer>;

/**
 * 1Password as the operator sees it.
 * @param open `undefined` where there is no Connect to be asked.
 * @see https://developer.1password.com/docs/connect/api-reference
 */
export function connectSource(open: () => Promise<AskConnect | string>): ItemSource {
  const opened = remembered(open);
  const listVaults = remembered(async () => {
    const ask = await opened("");
    if (typeof ask === "string") return ask;
    return parsed(await ask("/v1/vaults"), z.array(vaultRow));
  });
  const listItems = async (vault: SourceVault) => {
    const ask = await opened("");
    if (typeof ask === "string") return ask;
    const rows = parsed(await ask(`/v1/vaults/${vault.id}/items`), z.array(itemRow));
    return typeof rows === "string" ? rows : rows.map((row) => sourceItem(row, vault));
  };
  return {
    async lookInto(named) {
      try {
        const vaults = await listVaults("");
        if (typeof vaults === "string") return { kind: "unknown", because: vaults };
        const vault = vaultNamed(vaults, named);
        if (vault === undefined) return { kind: "out of reach" };
        const items = await listItems(vault);
        if (typeof items === "string") return { kind: "unknown", because: items };
        return { kind: "listed", vault, items };
      } catch (error) {
        if (isConnectError(error)) return unknownContent(error);
        throw error;
      }
    },

    async everything() {
      const vaults = await listVaults("").catch(() => "");
      if (typeof vaults === "string") return [];
      const lists = await Promise.all(vaults.map((vault) => listItems(vault).catch(() => "")));
      return lists.flatMap((items) => (typeof items === "string" ? [] : items));
    },
  };
}

/** Finds the way to Connect that the operator takes; else says why there is none. */
export async function openConnect(
  operator: Operator | undefined,
  cluster: Pick<ClusterInspection, "listPods" | "readSecretKey" | "readServicePort" | "requestPod">,
): Promise<AskConnect | string> {
  if (operator === undefined) return "There is no operator whose Connect could be asked.";
  const { namespace, connectUrl, token } = operator;
  const url = URL.parse(connectUrl);
  if (url?.protocol !== "http:" || token === undefined) {
    return "Connect cannot be asked the way the operator does.";
  }
  const value = await cluster.readSecretKey(namespace, token.name, token.key);
  if (value === undefined) return `There is no Secret ${token.name} with the operator's token.`;
  const [service = ""] = url.hostname.split(".");
  const port = await cluster.readServicePort(namespace, service, Number(url.port || 80));
  const pods = await cluster.listPods(namespace);
  const pod = pods.find(
    ({ labels, isReady, isLeaving }) =>
      port !== undefined &&
      isReady &&
      !isLeaving &&
      Object.entries(port.selector).every(([label, wanted]) => labels[label] === wanted),
  );
  if (pod === undefined || port === undefined) return "No pod of Connect is ready.";
  const target = typeof port.target === "number" ? port.target : pod.ports.get(port.target);
  if (target === undefined) return `The pod ${pod.name} has no port ${port.target}.`;
  const headers = { Authorization: `Bearer ${value}` };
  const request = { namespace, pod: pod.name, port: target, headers };
  return (path) => settledAnswer(() => cluster.requestPod({ ...request, path }));
}

/** What Connect answers, else what it says instead. */
function parsed<T>({ status, body }: PodAnswer, schema: z.ZodType<T>): T | string {
  const answer = parseJson(body);
  const { success, data } = schema.safeParse(answer);
  if (status === 200 && success) return data;
  const refusal = z.object({ message: z.string() }).safeParse(answer);
  const said = refusal.success ? `: ${redacted(refusal.data.message)}` : "";
  const hint = status === 401 ? " A token of the last half minute may not be known to it yet." : "";
  return `Connect answered with HTTP ${status}${said}.${hint}`;
}

function sourceItem(row: z.infer<typeof itemRow>, vault: SourceVault): SourceItem {
  const { id, title, version, state, createdAt, updatedAt } = row;
  return { id, title, version, isArchived: state !== undefined, createdAt, updatedAt, vault };
}

const vaultRow = z.object({ id: z.string(), name: z.string() });

const itemRow = z.object({
  id: z.string(),
  title: z.string(),
  version: z.number(),
  /** `"ARCHIVED"` or `"DELETED"`; none of one that is in use. */
  state: z.string().optional(),
  createdAt: z.coerce.date(),
  updatedAt: z.coerce.date(),
});
