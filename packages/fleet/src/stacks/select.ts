import { ConnectError } from "@opconnect/core/connect-error";
import leven from "leven";
import picomatch from "picomatch";
import { type FleetStack, shortName } from "./stack.ts";

/** Which stacks are meant. Nothing given is all of them; all that is given has to fit. */
export interface Selection {
  /** Names of stacks, and globs of such, e.g. `"acme-*"`. One that fits is enough. */
  readonly names?: readonly string[];
  readonly clients?: readonly string[];
  readonly environments?: readonly string[];
}

/**
 * Picks the stacks that are meant, in the order of their names.
 * @param stacks All stacks of the project that can be picked.
 * @throws `STACK_NOT_FOUND` if a name, or a glob, has no stack.
 * @throws `STACK_NONE_MATCHED` if no stack is left.
 */
export function selectStacks(
  stacks: readonly FleetStack[],
  { names = [], clients = [], environments = [] }: Selection,
): readonly FleetStack[] {
  for (const name of names) {
    if (!stacks.some((stack) => isNamed(stack, name))) throw noSuchStack(name, stacks);
  }
  const picked = stacks.filter(
    (stack) =>
      (names.length === 0 || names.some((name) => isNamed(stack, name))) &&
      (clients.length === 0 || isOneOf(stack.client, clients)) &&
      (environments.length === 0 || isOneOf(stack.environment, environments)),
  );
  if (picked.length === 0) throw noneMatched(stacks, { names, clients, environments });
  return picked.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** A name is also one without its organization; a glob is not tried on what is a name itself. */
function isNamed(stack: FleetStack, pattern: string): boolean {
  const names = [stack.name, shortName(stack.name)];
  return names.includes(pattern) || names.some((name) => picomatch.isMatch(name, pattern));
}

function isOneOf(value: string | undefined, patterns: readonly string[]): boolean {
  return value !== undefined && patterns.some((pattern) => picomatch.isMatch(value, pattern));
}

function noSuchStack(name: string, stacks: readonly FleetStack[]): ConnectError {
  return new ConnectError(
    "STACK_NOT_FOUND",
    `There is no stack ${JSON.stringify(name)}.`,
    didYouMean(
      name,
      stacks.map((stack) => shortName(stack.name)),
    ),
  );
}

function noneMatched(stacks: readonly FleetStack[], selection: Required<Selection>): ConnectError {
  if (stacks.length === 0) {
    return new ConnectError(
      "STACK_NONE_MATCHED",
      "The project has no stack.",
      "Make one with `pulumi stack init`, or log in to the backend that has them.",
    );
  }
  const { clients, environments } = selection;
  const known = (values: readonly (string | undefined)[]) =>
    [...new Set(values)].filter((value) => value !== undefined);
  const hints = [
    ...clients.map((client) =>
      hintOf("client", client, known(stacks.map((stack) => stack.client))),
    ),
    ...environments.map((environment) =>
      hintOf("environment", environment, known(stacks.map((stack) => stack.environment))),
    ),
  ].filter((hint) => hint !== "");
  return new ConnectError(
    "STACK_NONE_MATCHED",
    `None of the ${stacks.length} stacks is one that is meant.`,
    hints.join(" ") || "Ask for less at once: everything given has to fit.",
  );
}

function hintOf(what: string, value: string, known: readonly string[]): string {
  if (isOneOfAny(value, known)) return "";
  return `No stack is of the ${what} ${JSON.stringify(value)}. ${didYouMean(value, known)}`;
}

function isOneOfAny(pattern: string, values: readonly string[]): boolean {
  return values.some((value) => picomatch.isMatch(value, pattern));
}

/** What was meant, where something is near enough; else what there is. */
function didYouMean(text: string, known: readonly string[]): string {
  const near = known
    .map((name) => ({ name, distance: leven(text, name) }))
    .filter(({ distance }) => distance <= Math.max(2, text.length / 3))
    .toSorted((one, other) => one.distance - other.distance)
    .slice(0, 3);
  if (near.length > 0) return `Did you mean ${near.map(({ name }) => name).join(" or ")}?`;
  if (known.length === 0) return "There are none.";
  const shown = known.toSorted().slice(0, 5).join(", ");
  return `There ${known.length === 1 ? "is" : "are"} ${shown}${known.length > 5 ? `, and ${known.length - 5} more` : ""}.`;
}
