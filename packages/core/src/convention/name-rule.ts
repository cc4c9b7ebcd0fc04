import { isOnePasswordId } from "../item/op-id.ts";

/** What a system outside accepts as a name. */
export interface NameRule {
  /** The system and its thing, with article, e.g. `"a Kubernetes namespace"`. */
  readonly target: string;
  readonly maximumLength: number;
  readonly shape: RegExp;
  /** The shape in words, following "takes", e.g. `"lower-case letters, digits and hyphens"`. */
  readonly shapeInWords: string;
  /** Names of the right shape that are refused all the same: says why, following the name. */
  readonly refuse?: (name: string) => string | undefined;
}

/** Says what is wrong with a name, following the name, or nothing if it keeps to the rule. */
export function findNameFault(rule: NameRule, name: string): string | undefined {
  const { target, maximumLength, shape, shapeInWords } = rule;
  if (name.length > maximumLength) {
    return `has ${name.length} characters, and ${target} at most ${maximumLength}`;
  }
  if (!shape.test(name)) return `cannot name ${target}, which takes ${shapeInWords}`;
  return rule.refuse?.(name);
}

/**
 * 1Password documents no limit on names. Ours keeps out what others trip over: the operator splits
 * item paths at slashes and looks titles up between unescaped quotes, `op` reads a leading hyphen
 * as a flag and 26 letters and digits as an id; 64 characters still show whole in its lists.
 */
export const onePasswordName = {
  maximumLength: 64,
  shape: /^(?![-\s])[^\p{C}"/\\]+(?<!\s)$/u,
  shapeInWords:
    "no slash, backslash, double quote or control character, and neither a space at an end nor a hyphen at the start",
  refuse: (name: string) => (isOnePasswordId(name) ? "looks like an id of 1Password" : undefined),
};

/**
 * A hyphen and six characters is what AWS appends to make the ARN, and names that end so are taken
 * for another secret's.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
 */
export const secretsManagerName: NameRule = {
  target: "a secret in AWS Secrets Manager",
  maximumLength: 512,
  shape: /^[A-Za-z0-9/_+=.@-]+$/,
  shapeInWords: "letters, digits and the characters /_+=.@-",
  refuse: (name) =>
    /-[A-Za-z0-9]{6}$/.test(name)
      ? "ends in a hyphen and six characters, which AWS Secrets Manager confuses with its own suffix"
      : undefined,
};

const dnsLabelInWords =
  "lower-case letters, digits and hyphens, with a letter or digit at both ends";

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
export const dnsLabel = {
  maximumLength: 63,
  shape: /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/,
  shapeInWords: dnsLabelInWords,
};

export const dnsLabelAfterLetter = {
  maximumLength: 63,
  shape: /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/,
  shapeInWords:
    "lower-case letters, digits and hyphens, with a letter first and no hyphen at the end",
};

/** DNS labels joined by dots. */
export const dnsName = {
  target: "a Kubernetes object",
  maximumLength: 253,
  shape: /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/,
  shapeInWords: `parts joined by dots, each of ${dnsLabelInWords}`,
};

export const pulumiResourceName: NameRule = {
  target: "a Pulumi resource",
  maximumLength: 255,
  shape: /^[A-Za-z0-9._-]+$/,
  shapeInWords: "letters, digits, dots, underscores and hyphens",
};
