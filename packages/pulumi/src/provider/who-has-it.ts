/** Says of something that stays why it does: the others that have it, or none but the same anew. */
export function whoHasIt(others: readonly string[]): string {
  if (others.length === 0) return "the same resource was made again, and has it";
  return `${others.join(" and ")} ${others.length === 1 ? "has" : "have"} it too`;
}
