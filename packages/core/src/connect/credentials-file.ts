import { ConnectError } from "../error/connect-error.ts";
import { isRecord } from "../json.ts";

/**
 * Content of `1password-credentials.json`, as far as it is known. Always secret.
 * @see https://developer.1password.com/docs/connect/get-started
 */
export interface CredentialsFile {
  readonly version: "2";
  /** Device of the Connect server's integration user: 26 characters. */
  readonly deviceUuid: string;
  /** What Connect checks a Connect token's own secret against. */
  readonly verifier: { readonly salt: string; readonly localHash: string };
  /** The server's keys, sealed so that only one of its Connect tokens opens them. */
  readonly encCredentials: { readonly iv: string; readonly data: string };
  /** Key of the deployment's local database, a JWK. */
  readonly uniqueKey: { readonly kid: string; readonly k: string };
}

/**
 * Parses the text of `1password-credentials.json`.
 * @throws `CREDENTIALS_FILE_INVALID` if it is anything else. The error never quotes the text.
 */
export function parseCredentialsFile(text: string): CredentialsFile {
  const content = parseObject(text);
  refuseOtherObject(content);
  if (content.version !== "2") throw invalid('has no `"version": "2"`, which Connect demands');
  const member = (path: string) => memberText(content, path);
  return {
    version: content.version,
    deviceUuid: member("deviceUuid"),
    verifier: { salt: member("verifier.salt"), localHash: member("verifier.localHash") },
    encCredentials: { iv: member("encCredentials.iv"), data: member("encCredentials.data") },
    uniqueKey: { kid: member("uniqueKey.kid"), k: member("uniqueKey.k") },
  };
}

function parseObject(text: unknown): Readonly<Record<string, unknown>> {
  if (typeof text !== "string") throw invalid("is no text at all");
  if (text.trim() === "") throw invalid("is empty");
  try {
    const content: unknown = JSON.parse(text);
    if (isRecord(content)) return content;
  } catch {
    // The parser's own message quotes the text, so it ends here.
    throw invalid(describeOtherText(text));
  }
  throw invalid("is JSON, but no object");
}

function describeOtherText(text: string): string {
  const content = text.trim();
  if (text.startsWith("\uFEFF")) return "begins with a byte order mark, which Connect cannot read";
  if (content.startsWith("{")) {
    const size = `after ${text.length} characters`;
    return endsEarly(content)
      ? `is cut short: it ends ${size}, inside the JSON`
      : "is damaged JSON";
  }
  if (content.startsWith("Set up a Connect")) return "is what `op` printed, not the file it wrote";
  if (/^ey[\w-]+\.[\w-]+\.[\w-]*$/.test(content)) return "is a Connect token";
  if (/^e[\w+/\s-]+={0,2}$/.test(content)) return "is base64, as if encoded for a chart already";
  return "is not JSON";
}

/** Whether JSON stops inside a string or an object, as where a form or a pipe has cut it. */
function endsEarly(json: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < json.length; at++) {
    const character = json.charAt(at);
    if (inString && character === "\\") at++;
    else if (character === '"') inString = !inString;
    else if (!inString && "{[".includes(character)) depth++;
    else if (!inString && "}]".includes(character)) depth--;
  }
  return inString || depth > 0;
}

/** JSON that people and scripts are known to store by mistake. */
function refuseOtherObject(content: Readonly<Record<string, unknown>>): void {
  if ("details" in content || "sectionName" in content) {
    throw invalid("is the export of a document item that may contain it");
  }
  if ("tokens_version" in content || ("state" in content && "name" in content)) {
    throw invalid("is the description of a Connect server, as `op connect server get` prints it");
  }
}

function memberText(content: Readonly<Record<string, unknown>>, path: string): string {
  let member: unknown = content;
  for (const key of path.split(".")) member = isRecord(member) ? member[key] : undefined;
  if (typeof member !== "string" || member === "") throw invalid(`has no text at \`${path}\``);
  return member;
}

function invalid(what: string): ConnectError {
  return new ConnectError(
    "CREDENTIALS_FILE_INVALID",
    `The credentials file ${what}.`,
    "Pass the whole text of the 1password-credentials.json that creating the Connect server wrote." +
      " If it is lost, create a new server: 1Password hands the file out once.",
  );
}
