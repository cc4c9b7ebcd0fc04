/** Whose stack a text is from. */
export interface StackIdentity {
  readonly project: string;
  readonly stack: string;
  readonly client?: string | undefined;
  readonly environment?: string | undefined;
}

/**
 * Makes texts of all stacks alike: puts `{client}` and `{environment}` in their place wherever they
 * stand as whole words, also inside a name such as `acme-prod-app`, and `{stack}` and `{project}`
 * likewise. Braces of the text itself are doubled, so that no text passes for a placeholder.
 */
export function placeholders(identity: StackIdentity): (text: string) => string {
  const { project, stack, client, environment } = identity;
  const words = Object.entries({ client, environment, stack, project })
    .flatMap(([name, word]) => (word === undefined || word === "" ? [] : [{ name, word }]))
    // A client is searched for before the environment that its name holds, and after one that holds it.
    .sort((a, b) => b.word.length - a.word.length);
  const singles = words.map(({ word }) => escaped(word)).join("|");
  // Where both stand together, which is which is plain, even if they are the same word.
  const pair =
    client && environment
      ? `(?<client>${escaped(client)})(?<between>[-/_.]{1,2})(?<environment>${escaped(environment)})|`
      : "";
  const pattern = new RegExp(`(?<![A-Za-z0-9])(?:${pair}(?:${singles}))(?![A-Za-z0-9])`, "g");
  const names = new Map(words.toReversed().map(({ name, word }) => [word, name]));
  return (text) => {
    const doubled = text.replaceAll("{", "{{").replaceAll("}", "}}");
    if (singles === "") return doubled;
    return doubled.replace(pattern, (found: string, ...rest: unknown[]) => {
      const between = betweenOf(rest.at(-1));
      if (between !== undefined) return `{client}${between}{environment}`;
      return `{${names.get(found) ?? ""}}`;
    });
  };
}

function betweenOf(groups: unknown): string | undefined {
  if (typeof groups !== "object" || groups === null || !("between" in groups)) return undefined;
  return typeof groups.between === "string" ? groups.between : undefined;
}

function escaped(word: string): string {
  return word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
