/**
 * A text without what is a secret by its form: tokens of 1Password, identities of age, user and
 * password in an address, private keys, keys of AWS, what a kubeconfig holds, secrets of one-time
 * passwords. Names, ids, paths and ARNs stay, so that it may be applied to every text.
 */
export function withoutSecrets(text: string): string {
  return forms.reduce((rest, [form, left]) => rest.replace(form, left), text);
}

/** What stands where a secret was. */
export const replacement = "<redacted>";

// A short beginning is a secret's only where no word goes on; a letter behind a backslash is an
// escape, as JSON has them. A long one is, whatever it is glued to: a shell's words lose their quotes.
const forms: readonly (readonly [form: RegExp, left: string])[] = [
  // Also where it was cut in the middle.
  [/-----BEGIN [A-Z0-9 ]+-----.*?(-----END [A-Z0-9 ]+-----|$)/gs, replacement],
  [/AGE-SECRET-KEY-[\w-]+/gi, replacement],
  [/(?<!(?<!\\)[A-Za-z0-9])ops_(eyJ[\w+/=-]*|[\w+/=-]{24,})/g, replacement],
  // Connect tokens, and credentials files or other JSON in base64, once or twice.
  [/(ops_)?(eyJ|ZXlK|ewog|ewoJ)([\w+/=-]{32,}|[\w+/=-]+\.ey[\w+/=-]+)(\.[\w+/=-]*)*/g, replacement],
  [/(?<!(?<!\\)[A-Za-z0-9])(eyJ|ZXlK|ewog|ewoJ)[\w+/=-]{5,}(\.[\w+/=-]*)*/g, replacement],
  // "-----BEGIN", "apiVersion", "clusters:", "kind: Config", "---" in base64.
  [/(LS0tLS1CRUdJTi|YXBpVmVyc2lvb|Y2x1c3RlcnM6|a2luZDog)[\w+/=-]{16,}/g, replacement],
  [/((?<!(?<!\\)[A-Za-z0-9])LS0tC[\w+/=-]{16,}|LS0tC[\w+/=-]{32,})/g, replacement],
  // One slash is what is left where an address was taken for a path.
  [/(?<=[a-z][a-z0-9+.-]*:\/{1,2})[^\s/?#"'@]+@/gi, `${replacement}@`],
  [/(?<=[a-z][a-z0-9+.-]*:\/{1,2}[^\s/?#"'@:]+:)[^\s"'@]+(?=@[\w.-]+)/gi, replacement],
  [/((?<!(?<!\\)[A-Za-z0-9])(AKIA|ASIA)[A-Z0-9]{8,}|(AKIA|ASIA)[A-Z0-9]{12,})/g, replacement],
  [
    /(?<=(client-key|client-certificate|certificate-authority)-data["']?\s*[:=]\s*["']?)[^\s"',}]+/gi,
    replacement,
  ],
  [
    /(?<=(secret_?access_?key|session_?token|(?<![\w-])((id|access|refresh)-token|client-secret|password))["']?\s*[:=]\s*["']?)[^\s"',}]+/gi,
    replacement,
  ],
  // Last, as these take all up to the next space, and with it the name of what follows.
  [/otpauth(-migration)?:\/\/[^\s"']+/gi, replacement],
  // The link of "Share…" carries the key to a copy of the item.
  [/(?<=share\.1password\.[a-z]+\/)[^\s"']+/gi, replacement],
];
