import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";

/** One request, as the API server recorded it: never its content. */
export interface RecordedRequest {
  /** User name, e.g. `"system:serviceaccount:acme:operator"`. */
  readonly user: string;
  /** `"get"`, `"list"`, `"watch"`, `"create"`, `"update"`, `"patch"`, `"delete"`, … */
  readonly verb: string;
  /** With its group and what is meant of it, e.g. `"secrets"`, `"apps/deployments/status"`. */
  readonly resource: string;
  /** Absent on requests across all namespaces. */
  readonly namespace?: string;
  /** Absent on lists and watches. */
  readonly name?: string;
  /** HTTP status of the answer. */
  readonly status: number;
  /** RFC 3339 time at which the request arrived. */
  readonly at: string;
}

/** Every request for a Secret since the control plane started, oldest first. */
export async function readSecretRequests(rig: { logDir: string }): Promise<RecordedRequest[]> {
  return (await readRequests(rig)).filter(({ resource }) => resource === "secrets");
}

/** Every request of a ServiceAccount since the control plane started, oldest first. */
export async function readRequestsOf(
  rig: { logDir: string },
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<RecordedRequest[]> {
  const account = `system:serviceaccount:${namespace}:${name}`;
  return (await readRequests(rig)).filter(({ user }) => user === account);
}

async function readRequests(rig: { logDir: string }): Promise<RecordedRequest[]> {
  const lines = (await readFile(auditLogFile(rig.logDir), "utf8")).trimEnd().split("\n");
  const events = lines.filter((line) => line !== "").map((line): AuditEvent => JSON.parse(line));
  // A watch is recorded when it starts and when it ends.
  const requests = new Map(events.map((event) => [event.auditID, event]));
  return [...requests.values()].map(
    ({ user, verb, objectRef = {}, responseStatus, requestReceivedTimestamp }) => ({
      user: user.username,
      verb,
      resource: [objectRef.apiGroup, objectRef.resource, objectRef.subresource]
        .filter((part) => part !== undefined)
        .join("/"),
      ...(objectRef.namespace !== undefined && { namespace: objectRef.namespace }),
      ...(objectRef.name !== undefined && { name: objectRef.name }),
      status: responseStatus?.code ?? 0,
      at: requestReceivedTimestamp,
    }),
  );
}

/** Where the API server records requests. */
export function auditLogFile(logDir: string): string {
  return join(logDir, "audit.jsonl");
}

/** Metadata of every request for a Secret, or by a ServiceAccount, once answered; nothing else. */
export async function writeAuditPolicy(dir: string): Promise<string> {
  const file = join(dir, "audit-policy.yaml");
  const policy = {
    apiVersion: "audit.k8s.io/v1",
    kind: "Policy",
    omitStages: ["RequestReceived"],
    rules: [
      { level: "Metadata", resources: [{ group: "", resources: ["secrets"] }] },
      { level: "Metadata", userGroups: ["system:serviceaccounts"] },
      { level: "None" },
    ],
  };
  await writeFile(file, stringify(policy));
  return file;
}

interface AuditEvent {
  auditID: string;
  user: { username: string };
  verb: string;
  objectRef?: {
    apiGroup?: string;
    resource?: string;
    subresource?: string;
    namespace?: string;
    name?: string;
  };
  responseStatus?: { code?: number };
  requestReceivedTimestamp: string;
}
