/**
 * The key of the Secret's data that a field of an item becomes, by the field's label, or a file by its
 * name: what a Secret's keys can hold is kept as it is, other characters go at both ends, and become a
 * hyphen each run in between. The section that a field is in counts for nothing.
 *
 * Of two fields with one key the last one counts, and a field before a file of that key. A field
 * without a value has no key, unless the operator is told to allow it.
 * @returns nothing for a label of which nothing is left: its field is in no Secret.
 * @see https://github.com/1Password/onepassword-operator/blob/v1.12.0/pkg/kubernetessecrets/kubernetes_secrets_builder.go `formatSecretDataName`
 * @example
 * secretKey("my key!"); // "my-key"
 */
export function secretKey(label: string): string | undefined {
  if (isSecretKey(label)) return label;
  const trimmed = label.replace(/^[^a-zA-Z0-9._-]+|[^a-zA-Z0-9._-]+$/g, "");
  return trimmed.replace(/[^a-zA-Z0-9._-]+/g, "-").slice(0, maximumLength) || undefined;
}

/**
 * Whether Kubernetes takes a text for a key of a Secret's data. Of a field called `..`, or with two dots
 * in front, the operator makes a key that is none, and then the whole Secret is refused.
 * @see https://kubernetes.io/docs/concepts/configuration/secret/#restriction-names-data
 */
export function isSecretKey(text: string): boolean {
  return /^[a-zA-Z0-9._-]+$/.test(text) && text.length <= maximumLength && !/^\.(\.|$)/.test(text);
}

const maximumLength = 253;
