/**
 * A foreign text without what may be a secret: Connect tokens, service account tokens and long runs
 * of base64, as in credentials files. Names, ids and ARNs stay.
 * @param known Secrets that it may quote.
 */
export function redacted(text: string, known: readonly string[] = []): string {
  return known
    .filter((secret) => secret !== "")
    .reduce((rest, secret) => rest.replaceAll(secret, replacement), text)
    .replace(/\beyJ[\w-]+(\.[\w-]*)*/g, replacement)
    .replace(/\bops_[\w-]+/g, replacement)
    .replace(/\barn:[^\s"']+|[\w+/=-]{32,}/g, (run) => (isRandom(run) ? replacement : run));
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

const replacement = "<redacted>";
