/**
 * The content of a kubeconfig that a text is, in clear or in base64, as CI systems keep it;
 * `undefined` where the text may be the path of a file.
 */
export function kubeconfigContent(text: string): string | undefined {
  const decoded = /^[\w+/=\s-]+$/.test(text) ? Buffer.from(text, "base64").toString("utf8") : "";
  if (/\b(apiVersion|clusters)"?\s*:/.test(decoded)) return decoded;
  return /\n|^\s*\{|apiVersion/.test(text) ? text : undefined;
}
