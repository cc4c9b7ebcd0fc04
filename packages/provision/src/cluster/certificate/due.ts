import { lifeDays } from "./make.ts";

/** A certificate that opconnect has made, by the metadata of its Secret. */
export interface NotedCertificate {
  /** Whether nobody has changed certificate or key since they were written. */
  readonly isKept: boolean;
  /** End of the certificate; none if a person took the note off. */
  readonly expiresAt: Date | undefined;
}

/**
 * Why another certificate is to be made, with the date; `undefined` where none is.
 * @param noted None if there is no Secret.
 */
export function renewalOf(
  secret: string,
  noted: NotedCertificate | undefined,
  now: Date,
): string | undefined {
  if (noted === undefined) return `the Secret ${secret} is gone`;
  const { isKept, expiresAt } = noted;
  if (!isKept || expiresAt === undefined || Number.isNaN(expiresAt.getTime())) {
    return `the Secret ${secret} was changed by hand`;
  }
  const days = (expiresAt.getTime() - now.getTime()) / 86_400_000;
  if (days > lifeDays / 3) return undefined;
  const day = expiresAt.toISOString().slice(0, 10);
  if (days <= 0) return `the certificate expired on ${day}`;
  return `the certificate expires on ${day}, and less than a third of its life is left`;
}
