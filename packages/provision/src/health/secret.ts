import type { ClusterConnection } from "../cluster/connect.ts";
import { type Finding, ok } from "../preflight/result.ts";
import type { WantedSecret } from "./wanted.ts";

/** Judges a Secret of ours by its fingerprint. */
export function judgeSecret(
  { namespace, name, content, fingerprint, stored }: WantedSecret,
  found: Awaited<ReturnType<ClusterConnection["readSecret"]>>,
): Finding {
  const failed = (happened: string, remedy: string): Finding => {
    return { status: "failed", happened, remedy };
  };
  const again = "Run `pulumi refresh`, then `pulumi up`: it is written again from the store.";
  if (found === undefined) {
    return failed(`There is no Secret ${name} in the namespace ${namespace}.`, again);
  }
  if (!found.isOurs) {
    return failed(
      `The Secret ${name} in the namespace ${namespace} is not the one that opconnect wrote.`,
      `See whose it is, delete it (\`kubectl delete secret -n ${namespace} ${name}\`), then run \`pulumi refresh\` and \`pulumi up\`.`,
    );
  }
  if (found.fingerprint !== content) {
    return failed(
      `The Secret ${name} in the namespace ${namespace} does not hold what was put into it.`,
      again,
    );
  }
  if (stored === undefined) return ok("It holds the value that was deployed.");
  if (stored !== fingerprint) {
    return failed(
      "The credential store holds another value by now, which the cluster did not get.",
      "Run `pulumi up`: it brings the deployment to its end.",
    );
  }
  return ok("It holds the value of the credential store.");
}
