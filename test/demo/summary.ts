import { renderPart } from "../rig/parts.ts";
import type { Rig } from "../rig/rig.ts";
import { heading, say } from "./narrate.ts";

/** Says what was created where, what played which part, and how to do it for real. */
export function printSummary({ parts }: Pick<Rig, "parts">): void {
  heading("What was created where");
  say(`  1Password         vaults acme-prod-app, acme-prod-data; Connect server acme-prod;
                    Connect token acme-prod-operator
  Secrets Manager   opconnect/acme/prod/credentials, opconnect/acme/prod/operator-token
  cluster           namespace acme-prod-1password: Secrets acme-prod-credentials, acme-prod-token,
                    Connect (acme-prod-connect) and the operator (acme-prod-connect-operator);
                    the CustomResourceDefinition OnePasswordItem;
                    namespace app: OnePasswordItem postgres and the Secret of that name
  Pulumi's state    ids, versions and fingerprints; no credentials file, no token`);
  printParts(parts);
  heading("The same on real accounts");
  say(`  op signin                      as an admin who may create Connect servers
  export AWS_PROFILE=… KUBECONFIG=…
  pulumi stack init acme-prod && pulumi up

In a project of your own: docs/install.md says how to install it there.`);
}

/** Says what was real, and what was played. */
export function printParts(parts: Rig["parts"]): void {
  heading("What played which part");
  const width = Math.max(...parts.map(({ name }) => name.length));
  for (const part of parts) say(`  ${renderPart(part, width)}`);
}
