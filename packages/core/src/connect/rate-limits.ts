/** A plan of 1Password, which decides how much its service accounts may ask. */
export type AccountPlan = "business" | "teams" | "families";

/** How much service accounts may read. */
export interface RateLimits {
  /** Reads in an hour, by one token. */
  readonly readsPerHour: number;
  /** Reads and writes in 24 hours, by all service accounts of the account together. */
  readonly requestsPerDay: number;
}

/**
 * What a plan allows. Connect has no limits.
 * @see https://developer.1password.com/docs/service-accounts/rate-limits
 */
export const rateLimits: Readonly<Record<AccountPlan, RateLimits>> = {
  business: { readsPerHour: 10_000, requestsPerDay: 50_000 },
  teams: { readsPerHour: 1_000, requestsPerDay: 5_000 },
  families: { readsPerHour: 1_000, requestsPerDay: 1_000 },
};

/** What an operator with a service account looks after. */
export interface OperatorLoad {
  /** Items that are named by their ids. */
  readonly itemsById: number;
  /** Items that are named by their titles. */
  readonly itemsByTitle: number;
  /**
   * Files that these items have.
   * @default 0
   */
  readonly files?: number;
  /** Seconds between two looks. */
  readonly pollingInterval: number;
  /**
   * Pods of the operator, each of which looks by itself.
   * @default 1
   */
  readonly replicas?: number;
}

/** How often an operator reads, and whether it may. */
export interface OperatorReads {
  readonly perHour: number;
  readonly perDay: number;
  /** Limits of the plan that it goes beyond. */
  readonly exceeded: readonly (keyof RateLimits)[];
  /** The shortest `pollingInterval` within the limits of the plan, in seconds. */
  readonly leastPollingInterval: number;
}

/**
 * How often an operator with a service account reads while nothing changes: at each look, for every
 * item, it lists the vaults, lists the titles of the item's vault unless it has the id, and gets the
 * item and each of its files. A start of the operator, a new item and an edit come on top, and so do
 * other service accounts of the 1Password account.
 * @see https://github.com/1Password/onepassword-operator/blob/v1.12.0/pkg/onepassword/items.go
 */
export function operatorReads(load: OperatorLoad, plan: AccountPlan): OperatorReads {
  const { itemsById, itemsByTitle, files = 0, pollingInterval, replicas = 1 } = load;
  const perLook = (2 * itemsById + 3 * itemsByTitle + files) * replicas;
  const limits = rateLimits[plan];
  const within = (seconds: number) => Math.ceil((seconds * perLook) / pollingInterval);
  const reads = { perHour: within(hour), perDay: within(day) };
  const exceeded = [
    ...(reads.perHour > limits.readsPerHour ? (["readsPerHour"] as const) : []),
    ...(reads.perDay > limits.requestsPerDay ? (["requestsPerDay"] as const) : []),
  ];
  const leastPollingInterval = Math.max(
    1,
    Math.ceil((hour * perLook) / limits.readsPerHour),
    Math.ceil((day * perLook) / limits.requestsPerDay),
  );
  return { ...reads, exceeded, leastPollingInterval };
}

const hour = 3_600;
const day = 24 * hour;
