import type { AccountFile } from "../account/account-file.ts";
import type { ActivityLog } from "./activity-log.ts";
import type { ConnectLog } from "./connect-log.ts";
import type { ContainerCredentials } from "./container-credentials.ts";

/** What one running Connect server knows. */
export interface ConnectState {
  readonly account: AccountFile;
  readonly log: ConnectLog;
  readonly activity: ActivityLog;
  readonly maxInlineFileBytes: number;
  /** Absent while the credentials could not be read; the server tries again. */
  credentials: ContainerCredentials | undefined;
  /** Nothing can be decrypted before the first request with a valid token. [S] */
  unlocked: boolean;
  vaultRequests: number;
}
