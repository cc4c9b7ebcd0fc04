import type { ConnectError, ConnectErrorCode } from "@opconnect/core";
import { type OpCall, type OpEnd, opError } from "@opconnect/provision/op-error";

export function itemError(end: OpEnd, call: OpCall): ConnectError {
  return opError(end, call, remedies);
}

/** What helps with an item; in all else, what helps everywhere. */
const remedies: Readonly<Partial<Record<ConnectErrorCode, string>>> = {
  OP_RATE_LIMITED: "Wait a few minutes, or keep sessions in the keychain: `--cache keychain`.",
  OP_NOT_SIGNED_IN:
    "Unlock the 1Password app with its CLI integration turned on, run `eval $(op signin)`, or set OP_SERVICE_ACCOUNT_TOKEN.",
  OP_AMBIGUOUS_NAME: "Pass its vault by `--vault`; of several items of one name in it, the id.",
  OP_VAULT_ACCESS:
    "Have a manager of the vault grant view and edit access, or use `--cache keychain`.",
  OP_NOT_FOUND:
    "Check `--item`, `--vault` and `--account`, or run `opconnect aws-credentials setup`.",
  OP_FAILED:
    "Run `op whoami` yourself to see more: the session may have ended, 1Password be out of reach from this network, or have had too many calls.",
};
