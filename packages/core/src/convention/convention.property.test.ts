import fc from "fast-check";
import { expect, test } from "vitest";
import { isConnectError } from "../error/connect-error.ts";
import { type Convention, createConvention } from "./convention.ts";
import { type NameKind, purposeKinds } from "./kinds.ts";
import { doubleHyphenTemplates } from "./templates.ts";

interface Inputs {
  readonly client: string;
  readonly environment: string;
  readonly purpose: string;
}

test("every accepted name parses back to exactly what it was made of", () => {
  fc.assert(
    fc.property(conventions(), inputs(), (convention, input) => {
      for (const [kind, name] of acceptedNames(convention, input)) {
        expect(convention.parse(kind, name)).toEqual(usedInputs(convention, kind, input));
      }
    }),
    { numRuns: 1000 },
  );
});

test("two different inputs never get the same name of a kind", () => {
  fc.assert(
    fc.property(conventions(), inputs(), inputs(), (convention, one, other) => {
      const others = new Map(acceptedNames(convention, other));
      for (const [kind, name] of acceptedNames(convention, one)) {
        if (others.get(kind) !== name) continue;
        expect(usedInputs(convention, kind, one)).toEqual(usedInputs(convention, kind, other));
      }
    }),
    { numRuns: 2000 },
  );
});

test("no credentials file and no token share a secret in the store, of any environments", () => {
  const clashing = fc
    .record({
      credentialsSecret: fc.constantFrom("{client}-{environment}", "{client}--{environment}-a"),
      tokenSecret: fc.constantFrom("{client}-{environment}-{purpose}", "{client}--{environment}"),
    })
    .map((overrides) => createConvention({ ...doubleHyphenTemplates, ...overrides }));
  fc.assert(
    fc.property(clashing, inputs(), inputs(), (convention, one, other) => {
      const file = accepted(() => convention.names(one).credentialsSecret);
      const token = accepted(() => convention.names(other).tokenSecret(other.purpose));
      expect(file === undefined || file !== token).toBe(true);
    }),
    { numRuns: 5000 },
  );
});

test("what a name parses to never renders as another name", () => {
  const texts = fc.array(fc.constantFrom("a", "b", "x", "-", "--", "opconnect/", "/", "-token"));
  const kinds = fc.constantFrom(...purposeKinds);
  fc.assert(
    fc.property(conventions(), kinds, texts, (convention, kind, parts) => {
      const name = parts.join("");
      const parsed = convention.parse(kind, name);
      if (parsed === undefined) return;
      const accepted = new Map(acceptedNames(convention, { purpose: "a", ...parsed })).get(kind);
      expect(accepted ?? name).toBe(name);
    }),
    { numRuns: 2000 },
  );
});

test("whatever is passed as template or value, only an error of ours is thrown", () => {
  const text = fc.oneof(fc.string(), fc.constantFrom("{client}-{environment}-{", "{a}{b}", "}{"));
  fc.assert(
    fc.property(text, text, text, (template, client, environment) => {
      try {
        createConvention({ server: template }).names({ client, environment });
      } catch (error) {
        expect(isConnectError(error)).toBe(true);
      }
    }),
  );
});

/** Few letters and many hyphens, so that names collide wherever a convention lets them. */
function inputs(): fc.Arbitrary<Inputs> {
  const word = fc.constantFrom("a", "b", "x");
  const value = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join("-"));
  return fc.record({ client: value, environment: value, purpose: value });
}

function conventions(): fc.Arbitrary<Convention> {
  const overridden = fc
    .record({ vault: template(), tokenSecret: template(), credentialsSecret: template(false) })
    .map((overrides) => createConvention({ ...doubleHyphenTemplates, ...overrides }));
  return fc.oneof(
    fc.constant(createConvention()),
    fc.constant(createConvention(doubleHyphenTemplates)),
    overridden,
  );
}

function template(takesPurpose = true): fc.Arbitrary<string> {
  const all = ["{client}", "{environment}", "{purpose}"];
  const placeholders = fc
    .shuffledSubarray(takesPurpose ? all : all.slice(0, 2), { minLength: 2 })
    .filter((used) => used.includes("{client}") && used.includes("{environment}"));
  const separators = fc.tuple(separator(), separator());
  return fc
    .tuple(placeholders, separators, fc.constantFrom("", "-a", "-x-b"))
    .map(([[one, two, three], [first, second], end]) =>
      three === undefined ? one + first + two + end : one + first + two + second + three + end,
    );
}

function separator(): fc.Arbitrary<string> {
  return fc.constantFrom("-", "--", "-x-", "x", "a", "-a-b-");
}

/** The names of the inputs that the convention does not refuse, one by one. */
function acceptedNames(convention: Convention, input: Inputs): [NameKind, string][] {
  const names = accepted(() => convention.names(input));
  if (names === undefined) return [];
  const { vault, token, tokenSecret, resource, assertDistinct, ...single } = names;
  const several = Object.entries({ vault, token, tokenSecret, resource });
  const rendered = several.flatMap(([kind, nameFor]) => {
    const name = accepted(() => nameFor(input.purpose));
    return name === undefined ? [] : [[kind, name]];
  });
  return [...Object.entries(single), ...rendered] as [NameKind, string][];
}

function accepted<T>(render: () => T): T | undefined {
  try {
    return render();
  } catch (error) {
    if (isConnectError(error)) return undefined;
    throw error;
  }
}

function usedInputs(convention: Convention, kind: NameKind, input: Inputs): Partial<Inputs> {
  const { purpose, ...environment } = input;
  return convention.templates[kind].includes("{purpose}")
    ? { ...environment, purpose }
    : environment;
}
