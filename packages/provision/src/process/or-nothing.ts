/** What `look` finds; nothing where the system refuses to tell. */
export function orNothing(look: () => string): string {
  try {
    return look().trim();
  } catch {
    return "";
  }
}
