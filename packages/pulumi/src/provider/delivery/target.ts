import { z } from "zod";

/** Who delivers: a resource by its URN, and the note that its creation left. */
export interface Delivery {
  readonly value: string;
  /** Which version of the secret it is, see `SecretSource`. */
  readonly version: string;
  readonly holder: string;
  /** @default - it is a creation */
  readonly before?: DeliveryState | undefined;
}

/** What is known of a secret that was delivered. */
export type DeliveryState = z.infer<typeof deliveryState>;

export const deliveryState = z.looseObject({
  version: z.string(),
  /** What tells the delivery from what somebody else writes there. */
  receipt: z.string().optional(),
  /** Id of the secret in AWS Secrets Manager. */
  secretId: z.string().optional(),
  holder: z.string(),
  claim: z.string().optional(),
});

/** What is found at a place: a secret of this resource by its receipt, if it is one that it left. */
export type Found = "nothing" | "another's" | { readonly receipt: string };

/** Receipt of nothing, which no place gives. */
export const noReceipt = "none";

/** A place that takes a secret. Where it cannot be asked, a method throws a `ConnectError`. */
export interface DeliveryTarget {
  /** The place in words, e.g. `"the Secret ci/github"`, and how to free it. */
  readonly words: { readonly place: string; readonly freeing: string };
  /**
   * Looks at the place, and at no value.
   * @param isOurs Whether the state has it; else only what the holder left there is no other's.
   */
  look(holder: string | undefined, isOurs: boolean): Promise<Found>;
  /** Puts the value there. Returns the id of the resource, and what its state is to know. */
  deliver(delivery: Delivery): Promise<{
    readonly id: string;
    readonly receipt: string;
    readonly secretId?: string | undefined;
    readonly claim?: string | undefined;
  }>;
  /** Takes it away; returns who else has it where it stays. */
  remove(state: DeliveryState): Promise<{ readonly others: readonly string[] } | undefined>;
}
