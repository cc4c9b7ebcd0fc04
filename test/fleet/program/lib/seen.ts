/** What this program has made so far: of its own run alone. */
export const seen: string[] = [];
