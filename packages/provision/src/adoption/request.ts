import type { Convention, EnvironmentId } from "@opconnect/core";

/** An environment made by hand or by another tool, as far as it has been told. */
export interface AdoptionRequest extends EnvironmentId {
  readonly convention: Convention;
  /** @default - the one that tags, tokens or the convention name */
  readonly serverId?: string | undefined;
  /** Ids of vaults by key; those that tags, tokens and the convention name are added. */
  readonly vaults: Readonly<Record<string, string>>;
  /** Secret of the credentials file, by its id in the store. */
  readonly credentialsSecret: string;
  /** Secrets of the Connect tokens, by consumer. */
  readonly tokenSecrets: Readonly<Record<string, string>>;
}
