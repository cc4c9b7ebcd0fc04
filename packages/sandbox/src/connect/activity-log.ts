import { randomUUID } from "node:crypto";

/** What was asked of the server, newest first, as GET /v1/activity shows it. */
export interface ActivityLog {
  add(entry: ActivityEntry): void;
  list(
    offset: number,
    limit: number,
  ): { readonly entries: readonly object[]; readonly total: number };
}

interface ActivityEntry {
  readonly action: "READ" | "CREATE" | "UPDATE" | "DELETE";
  readonly result: "SUCCESS" | "DENY";
  readonly actor: {
    readonly id: string;
    readonly account: string;
    readonly jti: string;
    readonly userAgent: string;
  };
  readonly vaultId?: string | undefined;
  readonly itemId?: string | undefined;
}

export function activityLog(): ActivityLog {
  const entries: object[] = [];
  return {
    add({ action, result, actor, vaultId, itemId }) {
      entries.unshift({
        requestId: randomUUID(),
        timestamp: new Date().toISOString(),
        action,
        result,
        actor: { ...actor, requestIp: "127.0.0.1" },
        resource: {
          type: itemId === undefined ? "VAULT" : "ITEM",
          ...(vaultId === undefined ? {} : { vault: { id: vaultId } }),
          ...(itemId === undefined ? {} : { item: { id: itemId } }),
        },
      });
      entries.splice(capacity);
    },
    list: (offset, limit) => ({
      entries: entries.slice(offset, offset + limit),
      total: entries.length,
    }),
  };
}

const capacity = 10_000;
