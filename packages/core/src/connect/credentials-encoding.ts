import { Buffer } from "node:buffer";
import { chartFacts } from "../chart-facts.ts";
import { parseCredentialsFile } from "./credentials-file.ts";

/**
 * Encodes a credentials file for `stringData` of the Kubernetes Secret that the chart reads: base64
 * on one line for charts up to 2.2.1, the text as it is from 2.3.0. Always secret.
 * @param text Text of `1password-credentials.json`; one that is encoded already is refused.
 * @param chartVersion Version of the chart `connect`, e.g. `"2.4.1"`.
 * @throws `CREDENTIALS_FILE_INVALID` if the text is no credentials file.
 * @throws `CHART_VERSION_INVALID` or `CHART_VERSION_UNSUPPORTED` as {@link chartFacts} does.
 * @see https://github.com/1Password/connect-helm-charts/pull/196
 */
export function encodeCredentialsFile(text: string, chartVersion: string): string {
  const { credentialsFrom } = chartFacts(chartVersion);
  parseCredentialsFile(text);
  return credentialsFrom === "file" ? text : Buffer.from(text, "utf8").toString("base64");
}
