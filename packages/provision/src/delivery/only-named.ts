import { ConnectError, isSameOnePasswordId } from "@opconnect/core";
import { quote } from "@opconnect/core/quote";

/** The vault or the item that a name or an id means, among those that there are. */
export function onlyNamed<T extends { readonly id: string }>(
  rows: readonly T[],
  name: string,
  titleOf: (row: T) => string,
  what: string,
): T {
  const byId = rows.filter(({ id }) => isSameOnePasswordId(id, name));
  const found = byId.length > 0 ? byId : rows.filter((row) => isName(titleOf(row), name));
  const [only, ...others] = found;
  if (only === undefined) {
    throw new ConnectError(
      "OP_NOT_FOUND",
      `1Password shows no ${what} ${quote(name)} to this runner.`,
      `Correct the reference, or let the runner's identity have the ${what}.`,
    );
  }
  if (others.length === 0) return only;
  throw new ConnectError(
    "OP_AMBIGUOUS_NAME",
    `There are ${found.length} of the name ${quote(name)}: ${found.map(({ id }) => id).join(", ")}.`,
    `Name the ${what} by its id.`,
  );
}

/** In references, 1Password goes by no case. */
export function isName(name: string | undefined, wanted: string): boolean {
  return name?.toLowerCase() === wanted.toLowerCase();
}
