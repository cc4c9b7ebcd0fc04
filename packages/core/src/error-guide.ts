import { latestChartVersion } from "./chart/known-charts.ts";
import type { ConnectErrorCode } from "./error/code.ts";

/**
 * What to do about each error, by what it is about, in the order of docs/errors.md. An error says so
 * itself, with the names at hand; these texts are for where only its code is known.
 */
export const errorGuide: readonly ErrorGroup[] = [
  {
    title: "Input",
    remedies: {
      ARGUMENT_INVALID: "Correct the argument that the error names.",
      FILE_UNWRITABLE:
        "Make room on the disk, let this user write there, or name another file: the error says which it is.",
      CONVENTION_PLACEHOLDER:
        "Use `{client}` and `{environment}` in every template, and `{purpose}` only in those of vaults, tokens, token secrets and Pulumi resources. Braces have no other use.",
      CONVENTION_VALUE:
        "Write it in lower-case letters, digits and single hyphens between them, such as `acme-corp`. The error proposes a spelling.",
      CONVENTION_NAME:
        "Shorten the client, or override the template that the error names. Most often it is a Helm release (53 characters) or a namespace (63).",
      CONVENTION_AMBIGUOUS:
        "Use no hyphen in environments and purposes, or separate the placeholders by `--`: `{client}--{environment}`.",
      CONVENTION_COLLISION:
        "Add `{purpose}` to the template that the error names, or tell the two templates apart.",
      CHART_VERSION_INVALID: `Write all three numbers and nothing else: \`${latestChartVersion}\`.`,
      CHART_VERSION_UNSUPPORTED: "Use the version that the error names, or a newer one.",
      CREDENTIALS_FILE_INVALID:
        "Pass the text of `1password-credentials.json` as `op connect server create` wrote it, not encoded. A lost file cannot be fetched again: create a new Connect server.",
      TOKEN_MALFORMED:
        "Pass the one line that `op connect token create`, or `op service-account create --raw`, printed, without its line break. A token cut short by quoting is the usual cause.",
      TOKEN_MISMATCH:
        "Pass a token of this Connect server with the vaults and access that are declared, or have a new one minted.",
      TOKEN_EXPIRY_INVALID:
        "Write a whole number above 0 with s, m, h, d or w, such as `90d`, and at most ten years.",
      TOKEN_ROTATION_INVALID:
        "Make `rotateAfter` shorter than `expiresIn`, with some days in between to run in.",
      TOKEN_SCOPE_INVALID:
        "Name only vaults that the environment declares, or declare the vault too.",
      ITEM_PATH_INVALID:
        "Write `vaults/<vault>/items/<item>`, by ids where a title holds a slash or a double quote.",
      SHARE_LINK_INVALID:
        'In 1Password, open the item\'s menu and choose "Copy Private Link". A public link, from "Share…", opens a copy of the item.',
      SHARE_LINK_FOREIGN:
        "Move the item into one of the environment's vaults and copy its link again, or declare the vault that it is in.",
      SECRET_REFERENCE_INVALID:
        "Write `op://<vault>/<item>/<field>` or `op://<vault>/<item>/<section>/<field>`, by ids where a title holds anything but letters, digits, spaces and `-_.`. Leave out what begins with `?`.",
      SECRET_FIELD_INVALID:
        "Correct the field or the section of the reference, or the `key` of the sops file: the error says what there is.",
      VAULT_KEY_DUPLICATE: "Give each vault of the environment a key of its own.",
      VAULT_KEY_UNKNOWN: "Declare the vault under `vaults`, or correct the key.",
      VAULT_ID_INVALID: "Pass the vault's id, 26 letters and digits, as `op vault list` prints it.",
    },
  },
  {
    title: "The 1Password CLI",
    remedies: {
      OP_NOT_INSTALLED:
        "Install the [1Password CLI](https://developer.1password.com/docs/cli/get-started), or let an admin who has it run the command that the error names.",
      OP_TOO_OLD:
        "Update the [1Password CLI](https://developer.1password.com/docs/cli/get-started) to 2.25 or later.",
      OP_NOT_SIGNED_IN:
        "Run `op signin`, or unlock the 1Password app and turn on its CLI integration.",
      OP_WRONG_ACCOUNT: "Sign in to the account that the error names, or set `OP_ACCOUNT`.",
      OP_CANNOT_MINT:
        "Have an owner, an administrator or a member of a group that manages Secrets Automation run the command that the error names. Service accounts and Connect tokens cannot mint.",
      OP_VAULT_ACCESS:
        "Have a manager of the vault grant the permission that the error names, then run again.",
      OP_AMBIGUOUS_NAME:
        "Pick one of the ids that the error lists, and rename or remove the others.",
      OP_NAME_TAKEN: "Adopt it by its id, rename it, or change the name here.",
      OP_NOT_FOUND:
        "Check the id, and that the signed-in person can see it: 1Password answers the same for both.",
      OP_UNAVAILABLE:
        "Look at `op user get --me`: sign in or unlock the app, check the network and the account's firewall rules, or wait in case of too many calls.",
      OP_RATE_LIMITED: "Wait, then run again. Nothing is lost: what was done already is kept.",
      OP_NETWORK_BLOCKED:
        "Check the connection, a proxy, and the account's firewall rules, or run from a network that they allow.",
      OP_TIMED_OUT:
        "Look for a prompt of the 1Password app that waits for an answer, then run again.",
      OP_OUTPUT_UNEXPECTED:
        "Update the 1Password CLI. If it stays, report the version of `op` and this error.",
      OP_FAILED: "Run the command that the error names by hand to see more.",
    },
  },
  {
    title: "The credential store",
    remedies: {
      STORE_ACCESS_DENIED:
        "Grant the AWS identity the action on the secret that the error names, its KMS key included.",
      STORE_NOT_FOUND:
        "Run `pulumi up` where minting is possible, so that the value is stored, or check region and account. The token of a service account is stored by an admin, with the command that the error names.",
      STORE_UNREACHABLE:
        "Check region, endpoint, credentials of AWS and the network, then run again.",
      STORE_CONTENT_INVALID:
        "Find out who else writes to the secret. Restore its previous version, or have a new credential minted.",
      STORE_TAMPERED:
        "Put it and the file beside it back from Git. Where that is not possible, delete both and run `pulumi up --refresh`, which has new credentials minted.",
      STORE_RESPONSE_INVALID:
        "Check that `AWS_ENDPOINT_URL` and the proxy point at Secrets Manager, then run again.",
      STORE_BUSY: "Wait until the run that the error names has ended, then run again.",
      STORE_RATE_LIMITED: "Wait a minute, then run again; update fewer stacks at a time.",
      STORE_FULL:
        "Versions: run again tomorrow, and mint less often. Tags: take those off the secret that nobody needs.",
      STORE_FAILED: "Look at the message of AWS in the error, then run again.",
    },
  },
  {
    title: "The cluster",
    remedies: {
      CLUSTER_CONFIG_INVALID:
        "Check the kubeconfig's path or content, and the name of the context.",
      CLUSTER_UNREACHABLE:
        "Check that the cluster runs and that its address can be reached from here. A preview goes without it, with a warning; an update needs it.",
      CLUSTER_ACCESS_DENIED: "Grant the kubeconfig's user the permission that the error names.",
      CLUSTER_MISMATCH:
        "Point the Kubernetes provider and the environment's cluster at the same kubeconfig and context.",
      CLUSTER_SECRET_FOREIGN:
        "Remove or rename the Secret that the error names, or give ours another name: an item by its key, our own by the templates. An item takes a Secret over with `adopt: true`.",
      CLUSTER_STATE_LOST:
        "Give a component that was moved its alias. Take over what a lost state knew, or refresh what was deleted, as the error says.",
      CLUSTER_OBJECT_FOREIGN:
        "Remove or rename the object that the error names, or give ours another name: an item by its key, all else by the templates. An item takes another over with `adopt: true`.",
      CLUSTER_NAMESPACE_MISSING:
        "Create the namespace that the error names, where this program does not make it; then run `pulumi up --refresh`.",
      CLUSTER_POLICY_DENIED:
        "Allow the item by `itemAccess.rules` of the environment, or by a rule of the `ItemAccessPolicy`, whose policy the error names.",
      CLUSTER_POLICY_UNSUPPORTED:
        "Upgrade the cluster to Kubernetes 1.30 or newer, or pass `itemAccess: false` to the environment and leave every `ItemAccessPolicy` out.",
      CLUSTER_ITEM_NOT_READY:
        "Mend what the operator complains of, give the item in 1Password the fields that `keys` names, or correct `keys`, then run again: it goes on from there.",
      CLUSTER_SYNC_TIMED_OUT:
        "Look at the items that the error names and at the operator's log, mend the cause, then run again. The old credentials still work.",
      MANIFEST_FOREIGN:
        "Choose another `gitOps.directory`, one that no other stack writes to, or move the file that the error names away.",
      CREDENTIALS_IN_USE:
        "Run `pulumi up` (or `pulumi destroy`) without `--target`, `--exclude` and `deleteBeforeReplace`: it rolls out the new credentials first, and then the old ones go. Nothing was revoked.",
      CLUSTER_FAILED: "Look at the message of the cluster in the error, then run again.",
    },
  },
  {
    title: "Delivered secrets",
    remedies: {
      SOPS_NOT_INSTALLED:
        "Install [sops](https://getsops.io), or let a runner that has it run the update.",
      SOPS_FAILED:
        "Run `sops --decrypt` on the file yourself to see more: the key may be missing here (`SOPS_AGE_KEY_FILE`, access to KMS), or the file was changed by something else than sops.",
      CONNECT_UNREACHABLE: "Check `OP_CONNECT_HOST`, and that Connect runs and can be reached.",
      CONNECT_ACCESS_DENIED:
        "Check `OP_CONNECT_TOKEN`: it may have expired, be another server's, or not cover the vault.",
      DELIVERY_TAKEN:
        "Choose another name, or delete what is there if nothing needs it: the error says how.",
      GITHUB_ACCESS_DENIED:
        "Set `GH_TOKEN` or `GITHUB_TOKEN` to one that may write secrets: a fine-grained token with read and write access to Secrets, for those of an environment to Environments. The `GITHUB_TOKEN` that a job is given may not.",
      GITHUB_FAILED: "Look at what GitHub says, check the repository's name and the network.",
    },
  },
  {
    title: "AWS credentials",
    remedies: {
      AWS_ITEM_INVALID:
        "Add, correct or rename the field that the error names, or run `opconnect aws-credentials setup`.",
      AWS_OTP_REFUSED:
        "Compare the one-time password of the item with the MFA device named in `mfa serial`, and set this machine's clock right.",
      AWS_STS_DENIED:
        "Look at the message of AWS in the error: a deleted or rotated key, a missing permission, a role that does not trust the user, or a duration above what is allowed.",
      AWS_STS_THROTTLED: "Wait a minute, then run again.",
      AWS_STS_UNREACHABLE:
        "Check network, proxy, `--region` and `AWS_ENDPOINT_URL_STS`, then run again.",
      AWS_CACHE_FAILED: "Unlock the keychain, or use another `--cache`, as the error says.",
      AWS_PROFILE_INVALID:
        "Correct the lines that the error names in `~/.aws/config` or `~/.aws/credentials`.",
      AWS_TIMED_OUT: "Look whether 1Password waits for a confirmation, or raise `--timeout`.",
    },
  },
  {
    title: "Pulumi",
    remedies: {
      PULUMI_FAILED:
        "Install Pulumi and log in to the stack's backend, or run the command that the error names by hand to see more.",
      PULUMI_STACK_LOCKED:
        "Wait for the update that the error names; if it was killed, run `pulumi cancel`.",
      PULUMI_STATE_DAMAGED:
        "Run `opconnect doctor <stack> --mend-state`: the error says what that changes.",
      PULUMI_STACK_UNSUITED:
        "Name a stack that has a `ConnectEnvironment` or a `ServiceAccountEnvironment`, and its project's folder with `--cwd`.",
      ROTATION_UNFINISHED:
        "Run `pulumi up` to finish what it began, then `opconnect rotate` again.",
      PULUMI_PASSPHRASE_MISSING:
        "Set `PULUMI_CONFIG_PASSPHRASE`, or `PULUMI_CONFIG_PASSPHRASE_FILE`, to the stack's own passphrase.",
      PULUMI_BACKEND_UNREACHABLE:
        "Log in with `pulumi login`, and look with `pulumi whoami --verbose` whether the backend answers.",
    },
  },
  {
    title: "The fleet",
    remedies: {
      FLEET_PREVIEW_FAILED:
        "Run `pulumi preview --stack <stack>` where secrets may be seen: it shows the engine's own text, which no report does.",
      FLEET_UPDATE_FAILED:
        "Mend what `pulumi up --stack <stack>` says where that may be seen, and run the same command again: it goes on with that stack.",
      FLEET_PREVIEW_INCOMPLETE:
        "Look at it in `pulumi up --stack <stack>` before you confirm, or make what it is made of known earlier. Where the cluster could not be asked, preview from where it can.",
      PROJECT_INVALID:
        "Name the folder of the Pulumi project with `--cwd`, or correct its `Pulumi.yaml`.",
      STACK_NOT_FOUND:
        "Name a stack that `pulumi stack ls` lists: the error says which are near. Make a new one with `pulumi stack init`.",
      STACK_NONE_MATCHED:
        "Ask for less at once: names, `--client`, `--environment` and `--tag` all have to fit.",
      SHARD_INVALID: "Pass one such as `--shard 2/5`, counted from 1.",
      PROGRAM_INVALID: "Correct what TypeScript says in the error: `pulumi preview` says the same.",
      PROGRAM_FAILED:
        "Correct the program where the error says: `pulumi preview` for the same stack shows its own words, which no report does.",
      PROGRAM_NOT_INSTALLED:
        "Install the program's libraries, with `npm ci` for one, and run again.",
      PREVIEW_TIMED_OUT:
        "Raise `--timeout`, or look with `pulumi preview` what the stack waits for.",
      PREVIEW_ENDED:
        "Run `pulumi preview` for the stack that the error names. If the machine has too little memory, lower `--parallel`.",
      FLEET_REPORT_INVALID:
        "Use the file as `opconnect preview` or `opconnect report merge` wrote it; if it was edited or cut, run the preview again.",
      FLEET_REPORT_VERSION:
        "Use the same release of opconnect in all jobs of a run, and preview again after an update.",
      FLEET_REPORT_MISMATCH:
        "Merge the reports of one run: of one commit, program and request, with the same number of shards, begun within twelve hours.",
      FLEET_COMMENT_DENIED:
        "Give the job a token that may write comments and checks: `pull-requests: write` and `checks: write` on GitHub, the scope `api` on GitLab.",
      FLEET_COMMENT_FAILED:
        "Run the command again: it finds the comment that it may have made. The report is still in its file.",
      MINTING_UNDECIDED:
        "Have an admin who reaches the cluster and the state run `pulumi up` for the stack that the error names. Where a name comes from a resource or a provider, put it into the stack's configuration.",
      FLEET_BUSY: "Wait for the other run's end, and run the command again: it goes on from there.",
      FLEET_REVIEW_STALE:
        "Run `opconnect preview` again and have the new report reviewed: the program, the configuration or the stack has changed since.",
    },
  },
];

/** Errors about one thing. */
export interface ErrorGroup {
  readonly title: string;
  /** What to do, by code. */
  readonly remedies: Partial<Readonly<Record<ConnectErrorCode, string>>>;
}

/** What to do about an error of which only the code is known, as text without markup. */
export function remedyOf(code: ConnectErrorCode): string {
  const remedy = errorGuide.flatMap(({ remedies }) => remedies[code] ?? []).join(" ");
  return remedy.replace(/\[([^\]]+)\]\(([^)]+)\)/g, "$1 ($2)");
}
