import { type AdminTask, withAdminCommand } from "../op/admin-command.ts";
import type { OpCli } from "../op/op-cli.ts";
import { changeRoles, planRoles, type VaultAccessRequest } from "./access/align-roles.ts";
import { planDescription } from "./marked-description.ts";

/** How a vault of ours shall be. */
export interface VaultEditRequest extends VaultLooks, AdminTask {
  readonly id: string;
  /**
   * How we made it last time, and how we were about to make it since: what they say of a text tells
   * ours from one that a person wrote, and who is named in them and no more now loses access.
   * @default - nothing is known of it: a text that is there stays, and no access is taken
   */
  readonly previous?: readonly Omit<VaultLooks, "mark">[] | undefined;
  /** Called before the first change: what fails from then on may leave the vault half changed. */
  readonly begins?: (() => void) | undefined;
}

/** What can be changed of a vault. */
export interface VaultLooks extends VaultAccessRequest {
  /** Title in 1Password, which does not keep it unique. */
  readonly title: string;
  /**
   * Word in the description that says that the vault is this one and no namesake, e.g.
   * `"opconnect:acme/prod/app"`. Without white space.
   */
  readonly mark: string;
  /**
   * Text shown in 1Password, put before the mark. What a person wrote there stays.
   * @default - only the mark
   */
  readonly description?: string | undefined;
  /**
   * Keyword of an icon, e.g. `"gears"`. A vault that is taken over keeps its own.
   * @default - 1Password's own
   */
  readonly icon?: string | undefined;
}

/**
 * Gives a vault of ours another title, description, icon or access, in place, and puts right what
 * was changed by hand. A text that a person wrote into its description stays; the mark comes back.
 * @throws `OP_NOT_FOUND`, `OP_NOT_SIGNED_IN`, `OP_VAULT_ACCESS` and other `OP_…` codes.
 */
export async function editVault(
  request: VaultEditRequest,
  { op }: { readonly op: OpCli },
): Promise<void> {
  const { id, title, mark, icon, description, previous = [], begins } = request;
  const before = {
    groups: Object.assign({}, ...previous.map(({ groups }) => groups)),
    users: Object.assign({}, ...previous.map(({ users }) => users)),
  };
  await withAdminCommand(request.adminCommand, async () => {
    const current = await op.getVault(id);
    const texts = previous.map((looks) => looks.description);
    const edit = {
      title: current.name === title ? undefined : title,
      description: planDescription(current.description, mark, description, texts),
      // No command shows the icon, so only ours of last time can be compared.
      icon:
        previous.length > 0 && previous.every((looks) => looks.icon === icon) ? undefined : icon,
    };
    const roles = await planRoles(id, request, before, op);
    begins?.();
    if (Object.values(edit).some((value) => value !== undefined)) {
      await op.editVault({ id, ...edit });
    }
    await changeRoles(id, roles, op);
  });
}
