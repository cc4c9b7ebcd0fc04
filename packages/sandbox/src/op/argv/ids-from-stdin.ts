import { OpFailure } from "../op-failure.ts";

/**
 * What `-` stands for: ids one per line, or the objects that another `op` printed as JSON.
 * @throws OpFailure if stdin holds neither. [?] for its words
 */
export function idsFromStdin(text: string): readonly string[] {
  const ids = /^\s*[[{]/.test(text) ? idsOfJson(text) : text.split(/\s+/).filter(Boolean);
  if (ids.length === 0) throw new OpFailure("expected data on stdin but none found");
  return ids;
}

function idsOfJson(text: string): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(text);
    return (Array.isArray(parsed) ? parsed : [parsed]).map((each: { id?: unknown }) => {
      if (typeof each?.id === "string") return each.id;
      throw new OpFailure("expected objects with an id on stdin");
    });
  } catch (error) {
    throw error instanceof OpFailure ? error : new OpFailure("invalid JSON in piped input");
  }
}
