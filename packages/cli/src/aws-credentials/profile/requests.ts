import { parseSessionRequest, type SessionRequest } from "../session/request.ts";
import { quickOptions } from "../session/request-options.ts";
import { type ConfigSection, parseConfig } from "./aws-config-text.ts";
import { splitCommandLine } from "./command-line.ts";

/** A profile of `~/.aws/config` that gets its credentials from here. */
export interface ProfileRequest {
  readonly profile: string;
  /** The profile it takes its credentials from: itself, or its `source_profile`. */
  readonly source: string;
  /** Absent if its line cannot be read. */
  readonly request?: SessionRequest;
  /** What is wrong with the line. */
  readonly problem?: string;
}

/** The profiles whose `credential_process` is ours, and those that build on one. */
export function profileRequests(
  configText: string,
  env: NodeJS.ProcessEnv,
): readonly ProfileRequest[] {
  const sections = parseConfig(configText, "config");
  const profiles = new Set(sections.flatMap(({ profile }) => profile ?? []));
  return [...profiles].flatMap((profile) => {
    const source = findSource(sections, profile);
    const line = source?.settings.get("credential_process")?.value;
    if (source?.profile === undefined || line === undefined) return [];
    const words = splitCommandLine(line);
    const at = words.indexOf("aws-credentials");
    if (at === -1) return [];
    return [{ profile, source: source.profile, ...parseWords(words.slice(at), env) }];
  });
}

/** Follows `source_profile`, at most around once. */
function findSource(
  sections: readonly ConfigSection[],
  profile: string,
): ConfigSection | undefined {
  let section = sections.find((each) => each.profile === profile);
  for (let hops = 0; hops < sections.length; hops += 1) {
    const next = section?.settings.get("source_profile")?.value;
    if (section === undefined || next === undefined || next === section.profile) return section;
    section = sections.find((each) => each.profile === next);
  }
  return undefined;
}

function parseWords(
  words: readonly string[],
  env: NodeJS.ProcessEnv,
): Pick<ProfileRequest, "request" | "problem"> {
  const options = quickOptions(words);
  if (options === undefined) return { problem: "its credential_process has unknown options" };
  try {
    return { request: parseSessionRequest(options, env) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
