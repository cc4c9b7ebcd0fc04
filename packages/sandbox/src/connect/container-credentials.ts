import { existsSync, readFileSync, statSync } from "node:fs";
import { z } from "zod";

/** What the emulator needs of a credentials file: which server it belongs to. */
export interface ContainerCredentials {
  readonly uniqueKey: string;
}

/**
 * Reads the credentials as the container does: OP_SESSION is the path of the file, or else base64 of
 * its content. Raw JSON in the variable and base64 in the file are both refused.
 * @throws Error with the text that the real server logs; never holds content.
 * @see https://github.com/1Password/connect/issues/62 [S] both forms
 */
export function readContainerCredentials(
  env: Readonly<Record<string, string | undefined>>,
): ContainerCredentials {
  const session = env.OP_SESSION ?? "/home/opuser/.op/1password-credentials.json";
  const credentials = existsSync(session) ? readFromFile(session) : readFromBase64(session);
  if (credentials.version !== "2") throw loadFailure("credentials file is not version 2"); // [S] connect #18
  return { uniqueKey: credentials.uniqueKey.k };
}

const schema = z.object({
  version: z.literal("2"),
  verifier: z.object({ salt: z.string().min(1), localHash: z.string().min(1) }),
  encCredentials: z.object({ iv: z.string().min(1), data: z.string().min(1) }),
  uniqueKey: z.object({ k: z.string().min(1), kid: z.string() }),
});

function readFromFile(path: string): z.infer<typeof schema> {
  const step = "credentialsDataFromDisk";
  // Where a Secret is missing, the mount point is an empty directory.
  if (statSync(path).isDirectory()) throw loadFailure(`read ${path}: is a directory`, step);
  return parse(readFileSync(path, "utf8"), step);
}

/** The position of the first bad byte is Go's: line ends are skipped, both alphabets taken. [S] #17 */
function readFromBase64(text: string): z.infer<typeof schema> {
  const bad = text.search(/[^\w+/=\r\n-]/);
  const step = "credentialsDataFromBase64";
  if (bad !== -1) throw loadFailure(`illegal base64 data at input byte ${bad}`, step);
  return parse(Buffer.from(text, "base64").toString("utf8"), step);
}

function parse(text: string, step: string): z.infer<typeof schema> {
  const parsed = schema.safeParse(parseJson(text, step));
  if (parsed.success) return parsed.data;
  const isOtherVersion = parsed.error.issues.some(({ path }) => path[0] === "version");
  throw isOtherVersion
    ? loadFailure("credentials file is not version 2")
    : loadFailure("credentials file is incomplete", step);
}

/** Go's words for text that is no JSON. [?] that Connect logs them unchanged */
function parseJson(text: string, step: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const first = text.trimStart().slice(0, 1);
    throw loadFailure(
      first === "{" || first === ""
        ? "unexpected end of JSON input"
        : `invalid character '${first}' looking for beginning of value`,
      step,
    );
  }
}

function loadFailure(reason: string, step?: string): Error {
  const steps = [
    "Server: (unable to get credentials and initialize API, retrying in 30s)",
    "Wrapped: (failed to FindCredentialsUniqueKey)",
    "Wrapped: (failed to loadCredentialsFile)",
    ...(step === undefined ? [] : [`Wrapped: (LoadLocalAuthV2 failed to ${step})`]),
    reason,
  ];
  return new Error(steps.join(", "));
}
