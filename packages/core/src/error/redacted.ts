import { replacement, withoutSecrets } from "./without-secrets.ts";

/**
 * A foreign text without what may be a secret: what {@link withoutSecrets} takes out, and whatever
 * looks as random as a key. Names, ids and ARNs stay; a path may go.
 * @param known Secrets that it may quote.
 */
export function redacted(text: string, known: readonly string[] = []): string {
  const rest = known
    .filter((secret) => secret !== "")
    .reduce((left, secret) => left.replaceAll(secret, replacement), text);
  return withoutSecrets(rest).replace(/\barn:[^\s"']+|[\w+/=-]{32,}/g, (run) =>
    isRandom(run) ? replacement : run,
  );
}

/** Secrets mix cases and digits, shout as seeds of codes do, or run on without a break; names do not. */
function isRandom(run: string): boolean {
  if (run.startsWith("arn:")) return false;
  return (
    run.length > 128 ||
    /(^|=)[A-Z2-7]{32,}=*$/.test(run) ||
    /^[A-Za-z\d+]{40,}=*$|^[A-Za-z\d+/]{40}$/.test(run) ||
    [/[a-z]/, /[A-Z]/, /[0-9]/].every((kind) => kind.test(run))
  );
}
