import type { ConnectState } from "../connect-state.ts";

export const connectVersion = "1.8.1";

/**
 * What GET /health says. Always with status 200: a green probe proves neither credentials nor token.
 * @see [S] states and messages of 1.7.3; what follows the unlocking is [?]
 */
export function health({ unlocked }: ConnectState): object {
  const sqlite = {
    service: "sqlite",
    status: "ACTIVE",
    message: "Connected to /home/opuser/.op/data/1password.sqlite",
  };
  return {
    name: "1Password Connect API",
    version: connectVersion,
    dependencies: unlocked ? [...afterUnlock, sqlite] : [...beforeUnlock, sqlite],
  };
}

const beforeUnlock = [
  { service: "sync", status: "TOKEN_NEEDED" },
  {
    service: "1Password",
    status: "UNINITIALIZED",
    message: "Make a request with a valid bearer token to initialize",
  },
  {
    service: "account_data",
    status: "NOT_SYNCED",
    message: "Account data is not available because synchronization has not yet started",
  },
];

const afterUnlock = [
  { service: "sync", status: "ACTIVE" },
  { service: "account_data", status: "AVAILABLE", message: "Account data is available" },
];
