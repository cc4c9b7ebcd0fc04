/** An item, and what the operator complains of. */
export interface Complaint {
  readonly namespace: string;
  readonly name: string;
  /** Type of the Secret that was asked for. */
  readonly type: string;
  /** The operator's words. */
  readonly problem: string;
}

/** Names the cause of what the operator complains of, and what to do about it. */
export function explainComplaint(complaint: Complaint): string {
  for (const [words, explain] of causes) {
    if (words.test(complaint.problem)) return explain(complaint);
  }
  return "Mend what it names: the item and its vault in 1Password, or the token.";
}

/** Whether the operator says that 1Password has no such vault or item, or that its token sees none. */
export function isUnknownItem(problem: string): boolean {
  return /no (vaults|items) found/i.test(problem);
}

/** The words of the operator 1.8 to 1.12, and of the API server and Connect behind it. */
const causes: readonly (readonly [RegExp, (complaint: Complaint) => string])[] = [
  [
    /secret type is immutable/i,
    ({ namespace, name, type }) =>
      `Kubernetes lets no Secret change its type. \`kubectl delete secret -n ${namespace} ${name}\`: the operator makes it anew, as ${type}, when it tries again.`,
  ],
  [
    /Too long: (may not be more|must have at most) \D*1048576|Request entity too large|request is too large|larger than max/i,
    () =>
      "A Secret holds at most 1 MiB, and the item's fields and files together are more. Take files out of the item, or split it in two.",
  ],
  [
    /data\[[^\]]+\]: Required value/i,
    ({ problem, type }) => {
      const keys = [...problem.matchAll(/data\[([^\]]+)\]: Required value/gi)].map(
        ([, key]) => key,
      );
      return `A Secret of the type ${type} needs the keys ${keys.join(" and ")}. Give the item fields with exactly these labels, or drop the item's \`type\`.`;
    },
  ],
  [
    /data\[[^\]]*\]: Invalid value/i,
    () =>
      "A field, website or file of the item has a label that is no key of a Secret. Rename it in 1Password: letters, digits, `-`, `_` and `.`.",
  ],
  [
    /no items found/i,
    () =>
      "It is not there yet, or it was renamed, archived, deleted or moved. Once it is there, the operator finds it within 17 minutes, or when it is restarted.",
  ],
  [
    /status 401/i,
    () =>
      "Connect refuses the operator's token. `opconnect doctor` says above how the token and its Secret are; `pulumi refresh`, then `pulumi up` makes a new one if it was revoked.",
  ],
  [
    /status 403|no vaults found/i,
    () =>
      "The operator's token does not reach that vault: its grant is gone, or the vault is. `pulumi refresh`, then `pulumi up` grants it again.",
  ],
  [
    /dial tcp|connection refused|no such host|i\/o timeout|context deadline exceeded/i,
    () => "The operator does not reach Connect. See that its Deployment runs.",
  ],
  [
    /status 500|failed to initiate/i,
    () => "Connect cannot open its credentials file. See how its Secret and its Deployment are.",
  ],
];
