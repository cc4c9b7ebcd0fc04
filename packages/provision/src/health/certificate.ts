import { certificateFacts } from "../cluster/certificate/facts.ts";
import { type Finding, ok } from "../preflight/result.ts";
import type { WantedCertificate } from "./wanted.ts";

/**
 * Judges the certificate that Connect serves, by its end and by what was deployed.
 * @param held What the Secret has of it, in PEM; `undefined` if there is no such Secret.
 */
export function judgeCertificate(
  { namespace, name, fingerprint, isMade }: WantedCertificate,
  held: string | undefined,
  now: Date,
): Finding {
  const place = `the Secret ${name} in the namespace ${namespace}`;
  const remedy = isMade
    ? "Run `pulumi up`: another one is made, and both Deployments are rolled."
    : "Have it renewed by who makes it, then run `pulumi up`, which rolls both Deployments.";
  const found = certificateFacts(held ?? "");
  if (found === undefined) {
    return { status: "failed", happened: `There is no certificate in ${place}.`, remedy };
  }
  const at = found.expiresAt.toISOString();
  const days = (found.expiresAt.getTime() - now.getTime()) / 86_400_000;
  if (days <= 0) {
    return { status: "failed", happened: `The certificate in ${place} expired at ${at}.`, remedy };
  }
  if (found.fingerprint !== fingerprint) {
    const happened = `${place.replace("the", "The")} has another certificate than was deployed.`;
    if (isMade) return { status: "failed", happened, remedy };
    return {
      status: "warning",
      happened,
      remedy: "Run `pulumi up`: pods serve the former one until it rolls them.",
    };
  }
  const happened = `The certificate holds until ${at}, for ${Math.floor(days)} days.`;
  return days <= marginDays ? { status: "warning", happened, remedy } : ok(happened);
}

/** How long before its end a certificate is warned about: an update has renewed it long before. */
const marginDays = 30;
