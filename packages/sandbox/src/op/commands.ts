import { accountCommands } from "./commands/account.ts";
import { connectGroupCommands } from "./commands/connect-group.ts";
import { connectServerCommands } from "./commands/connect-server.ts";
import { connectTokenCommands } from "./commands/connect-token.ts";
import { connectVaultCommands } from "./commands/connect-vault.ts";
import { groupCommands } from "./commands/group.ts";
import { itemCommands } from "./commands/item.ts";
import { itemMoveCommands } from "./commands/item-move.ts";
import { itemWriteCommands } from "./commands/item-write.ts";
import { readCommands } from "./commands/read.ts";
import { serviceAccountCommands } from "./commands/service-account.ts";
import { userCommands } from "./commands/user.ts";
import { vaultCommands } from "./commands/vault.ts";
import { vaultAccessCommands } from "./commands/vault-access.ts";
import type { OpCommand } from "./op-command.ts";

/** All that the emulated `op` can do. */
export const opCommands: readonly OpCommand[] = [
  ...accountCommands,
  ...userCommands,
  ...groupCommands,
  ...vaultCommands,
  ...vaultAccessCommands,
  ...connectServerCommands,
  ...connectTokenCommands,
  ...connectVaultCommands,
  ...connectGroupCommands,
  ...itemCommands,
  ...itemWriteCommands,
  ...itemMoveCommands,
  ...readCommands,
  ...serviceAccountCommands,
];
