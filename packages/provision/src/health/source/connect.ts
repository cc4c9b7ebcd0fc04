import { isConnectError, parseJson, redacted } from "@opconnect/core";
import { z } from "zod";
import type { ClusterInspection } from "../../cluster/inspection/inspect.ts";
import type { PodAnswer } from "../../cluster/inspection/pod-request.ts";
import type { Operator } from "../operator.ts";
import { remembered } from "../remembered.ts";
import {
  type ItemSource,
  type SourceItem,
  type SourceVault,
  unknownContent,
  vaultNamed,
} from "./item-source.ts";
import { settledAnswer } from "./settled-answer.ts";

/** A pod of Connect, which is asked as the operator asks it, with the operator's own token. */
export interface ConnectPod {
  readonly name: string;
  readonly ask: (path: string) => Promise<PodAnswer>;
}

/**
 * 1Password as the operator sees it.
 * @param find Finds pods of Connect, of which one is asked; else says why there is none.
 * @see https://developer.1password.com/docs/connect/api-reference
 */
export function connectSource(find: () => Promise<readonly ConnectPod[] | string>): ItemSource {
  const opened = remembered(async () => {
    const pods = await find();
    return typeof pods === "string" ? pods : (pods[0] ?? noPod);
  });
  const listVaults = remembered(async () => {
    const pod = await opened("");
    return typeof pod === "string" ? pod : askForVaults(pod);
  });
  const listItems = async (vault: SourceVault) => {
    const pod = await opened("");
    if (typeof pod === "string") return pod;
    const rows = parsed(await pod.ask(`/v1/vaults/${vault.id}/items`), z.array(itemRow));
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

/** The vaults that Connect shows to the operator, else what it says instead. */
export async function askForVaults({ ask }: ConnectPod): Promise<readonly SourceVault[] | string> {
  return parsed(await ask("/v1/vaults"), z.array(vaultRow));
}

/** Finds the pods of Connect that the operator may get to; else says why there are none. */
export async function findConnect(
  operator: Operator | undefined,
  cluster: Pick<ClusterInspection, "listPods" | "readSecretKey" | "readServicePort" | "requestPod">,
): Promise<readonly ConnectPod[] | string> {
  if (operator === undefined) return "There is no operator whose Connect could be asked.";
  const { namespace, connectUrl, token, trust, isServiceAccount } = operator;
  if (isServiceAccount) return "There is no Connect: the operator asks 1Password itself.";
  const url = URL.parse(connectUrl);
  const isTls = url?.protocol === "https:";
  const isPlain = url?.protocol === "http:";
  if (token === undefined || !(isPlain || (isTls && trust !== undefined))) {
    return "Connect cannot be asked the way the operator does.";
  }
  const value = await cluster.readSecretKey(namespace, token.name, token.key);
  if (value === undefined) return `There is no Secret ${token.name} with the operator's token.`;
  const trusted = isTls && trust && (await cluster.readSecretKey(namespace, trust.name, trust.key));
  if (isTls && !trusted) {
    return `There is no Secret ${trust?.name} with the certificate that the operator trusts.`;
  }
  const tls = trusted ? { host: url.hostname, trusted } : undefined;
  const [service = ""] = url.hostname.split(".");
  const usual = isTls ? 443 : 80;
  const port = await cluster.readServicePort(namespace, service, Number(url.port || usual));
  if (port === undefined) return `There is no Service ${service}.`;
  const pods = (await cluster.listPods(namespace)).filter(
    ({ labels, isReady, isLeaving }) =>
      isReady &&
      !isLeaving &&
      Object.entries(port.selector).every(([label, wanted]) => labels[label] === wanted),
  );
  const headers = { Authorization: `Bearer ${value}` };
  const open = pods.flatMap(({ name, ports }) => {
    const target = typeof port.target === "number" ? port.target : ports.get(port.target);
    if (target === undefined) return [];
    const request = { namespace, pod: name, port: target, headers, tls };
    const ask = (path: string) => settledAnswer(() => cluster.requestPod({ ...request, path }));
    return [{ name, ask }];
  });
  return open.length > 0 ? open : noPod;
}

const noPod = "No pod of Connect is ready.";

/** What Connect answers, else what it says instead. */
function parsed<T>({ status, body, untrusted }: PodAnswer, schema: z.ZodType<T>): T | string {
  if (untrusted !== undefined) {
    return `Connect shows a certificate that the operator does not take (${untrusted}).`;
  }
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
