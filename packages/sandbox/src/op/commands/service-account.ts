import { callerId, isAdministrator, permissionsIn } from "../../account/caller.ts";
import { timestamp } from "../../account/ids.ts";
import { createServiceAccount, serviceAccountPermissions } from "../../account/service-account.ts";
import { isBuiltIn } from "../../account/vault.ts";
import { parseDuration } from "../duration.ts";
import { findVault } from "../find-object.ts";
import { firstArg, type OpCall, type OpCommand, type OpOutput, signedIn } from "../op-command.ts";
import { forbidden, OpFailure } from "../op-failure.ts";

export const serviceAccountCommands: readonly OpCommand[] = [
  {
    name: "service-account create",
    args: "<name>",
    flags: ["--vault <vault>", "--can-create-vaults", "--expires-in <duration>", "--raw"],
    callers: "people",
    run: create,
  },
];

async function create(call: OpCall): Promise<OpOutput> {
  const { options } = call;
  const caller = signedIn(call);
  const expiresIn = options.text("expires-in");
  const lifetimeMs =
    expiresIn === undefined ? undefined : parseDuration(expiresIn, "expires-in", call.usage);
  const token = await call.account.update((account) => {
    if (!isAdministrator(account, caller)) throw forbidden("create service accounts");
    const grants = options.each("vault").map((spec) => {
      const { vault: query, permissions } = parseGrant(spec);
      const vault = findVault(account, caller, query);
      const readable = permissionsIn(account, vault, caller).includes("view_and_copy_passwords");
      if (isBuiltIn(vault) || !readable) throw forbidden(`share vault '${vault.name}'`);
      return { vault, permissions };
    });
    const expiresAt =
      lifetimeMs === undefined ? undefined : timestamp(new Date(Date.now() + lifetimeMs));
    const canCreateVaults = options.flag("can-create-vaults");
    const creatorId = callerId(caller);
    return createServiceAccount(account, {
      name: firstArg(call),
      grants,
      canCreateVaults,
      creatorId,
      expiresAt,
    });
  });
  return { text: options.flag("raw") ? token : renderCreated(token) };
}

/** `V:read_items,write_items`; a name may hold colons, the permissions come after the last one. */
function parseGrant(spec: string): { vault: string; permissions: readonly string[] } {
  const colon = spec.lastIndexOf(":");
  if (colon === -1) return { vault: spec, permissions: ["read_items"] };
  const permissions = spec.slice(colon + 1).split(",");
  const unknown = permissions.find((name) => !(name in serviceAccountPermissions));
  if (unknown !== undefined) throw new OpFailure(`invalid permission "${unknown}"`);
  if (!permissions.includes("read_items")) {
    throw new OpFailure(`[${permissions}] are dependent on the permission(s) [read_items]`);
  }
  return { vault: spec.slice(0, colon), permissions };
}

function renderCreated(token: string): string {
  return [
    "Service account created.",
    `Service account token: ${token}`,
    "Save the token now: it cannot be shown again.",
  ].join("\n");
}
