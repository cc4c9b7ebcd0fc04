export interface RedactedArgv {
  readonly argv: readonly string[];
  readonly secretInArguments: boolean;
}

/**
 * Arguments without their secrets: values of item assignments, service-account and Connect tokens, and
 * whatever the account knows as a secret.
 */
export function redactArgv(argv: readonly string[], secrets: readonly string[]): RedactedArgv {
  const isItemWrite = argv.some((arg, at) => arg === "item" && isWrite(argv[at + 1]));
  const redacted = argv.map((arg) =>
    redactSecret(isItemWrite ? redactValue(arg) : { arg }, secrets),
  );
  return {
    argv: redacted.map(({ arg }) => arg),
    secretInArguments: redacted.some(({ isSecret }) => isSecret),
  };
}

interface RedactedArg {
  readonly arg: string;
  readonly isSecret?: boolean;
}

function isWrite(word: string | undefined): boolean {
  return word === "create" || word === "edit";
}

/** No value of an assignment is kept, but only those of concealed fields count as a leak. */
function redactValue(arg: string): RedactedArg {
  const [, name, value] = /^((?:\\.|[^=\\-])(?:\\.|[^=\\])*)=(.+)$/s.exec(arg) ?? [];
  if (name === undefined || value === undefined) return { arg };
  return { arg: `${name}=<redacted>`, isSecret: isConcealed(name) };
}

/** A field without type is concealed, unless it is one of those that templates bring. */
function isConcealed(name: string): boolean {
  const type = /\[(\w+)\]$/.exec(name)?.[1];
  return type ? /^(password|concealed|otp)$/i.test(type) : !plainField.test(name);
}

function redactSecret(
  { arg, isSecret = false }: RedactedArg,
  secrets: readonly string[],
): RedactedArg {
  const isToken = /ops_eyJ|eyJ[\w-]+\.eyJ/.test(arg);
  const isKnown = secrets.some((secret) => secret.length >= shortestSecret && arg.includes(secret));
  return isToken || isKnown ? { arg: "<redacted>", isSecret: true } : { arg, isSecret };
}

/** Shorter values turn up by chance in harmless words. */
const shortestSecret = 8;

const plainField =
  /^(title|username|hostname|server|url|website|port|database|type|notesPlain|notes|filename|expires)$/i;
