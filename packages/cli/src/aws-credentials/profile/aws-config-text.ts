/** A section of `~/.aws/config` or `~/.aws/credentials`. */
export interface ConfigSection {
  /** Name of the profile; `undefined` for sections that are none, such as `[sso-session x]`. */
  readonly profile: string | undefined;
  /** Number of its heading's line. */
  readonly at: number;
  readonly settings: ReadonlyMap<string, ConfigSetting>;
}

/** A setting with the lines it takes: one, and those indented below it. */
export interface ConfigSetting {
  readonly value: string;
  readonly from: number;
  /** Number of the line after it. */
  readonly to: number;
}

/** Which of the two files a text is of: they name profiles differently. */
export type ConfigKind = "config" | "credentials";

/**
 * The sections of a file, in their order.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
export function parseConfig(text: string, kind: ConfigKind): readonly ConfigSection[] {
  const sections: (ConfigSection & { settings: Map<string, ConfigSetting> })[] = [];
  let key: string | undefined;
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    const heading = /^\s*\[(?<name>[^\]]*)\]/.exec(line)?.groups?.name;
    const section = sections.at(-1);
    if (heading !== undefined) {
      sections.push({ profile: profileOf(heading, kind), at, settings: new Map() });
      key = undefined;
    } else if (section === undefined || /^\s*([#;]|$)/.test(line)) {
      key = line.trim() === "" ? undefined : key;
    } else if (/^\s/.test(line) && key !== undefined) {
      const setting = section.settings.get(key);
      if (setting !== undefined) section.settings.set(key, { ...setting, to: at + 1 });
    } else {
      const setting = /^\s*(?<key>[^=\s][^=]*?)\s*=\s*(?<value>.*?)\s*$/.exec(line)?.groups;
      key = setting?.key?.toLowerCase();
      if (key !== undefined) {
        section.settings.set(key, { value: setting?.value ?? "", from: at, to: at + 1 });
      }
    }
  }
  return sections;
}

export function findProfile(
  text: string,
  kind: ConfigKind,
  profile: string,
): ConfigSection | undefined {
  return parseConfig(text, kind).find((section) => section.profile === profile);
}

/** The text with a setting of a profile; everything else stays as it is, comments and order too. */
export function withSetting(text: string, profile: string, key: string, value: string): string {
  const lines = text.split(/\r?\n/);
  const line = `${key} = ${value}`;
  const section = findProfile(text, "config", profile);
  if (section === undefined) {
    while (lines.at(-1) === "") lines.pop();
    if (lines.length > 0) lines.push("");
    lines.push(profile === "default" ? "[default]" : `[profile ${quoted(profile)}]`, line, "");
  } else {
    const end = lastLine(section);
    const { from, to } = section.settings.get(key) ?? { from: end, to: end };
    lines.splice(from, to - from, line);
  }
  return lines.join(lineBreakOf(text));
}

/**
 * The text of `~/.aws/credentials` without settings of a profile, and without its heading if that
 * leaves nothing below.
 */
export function withoutSettings(text: string, profile: string, keys: readonly string[]): string {
  const lines: (string | undefined)[] = text.split(/\r?\n/);
  const sections = parseConfig(text, "credentials");
  for (const [number, section] of sections.entries()) {
    if (section.profile !== profile) continue;
    const removed = keys.flatMap((key) => section.settings.get(key) ?? []);
    for (const { from, to } of removed) lines.fill(undefined, from, to);
    const end = sections[number + 1]?.at ?? lines.length;
    const rest = lines.slice(section.at + 1, end);
    if (removed.length > 0 && rest.every((line) => (line ?? "").trim() === "")) {
      lines.fill(undefined, section.at, end);
    }
  }
  const kept = lines.filter((line) => line !== undefined);
  if (kept.length > 0 && kept.at(-1) !== "" && text.endsWith("\n")) kept.push("");
  return kept.join(lineBreakOf(text));
}

function lineBreakOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/** Behind the last setting, before blank lines and comments that belong to what follows. */
function lastLine({ at, settings }: ConfigSection): number {
  return Math.max(at + 1, ...[...settings.values()].map(({ to }) => to));
}

function profileOf(heading: string, kind: ConfigKind): string | undefined {
  const name = heading.trim();
  if (kind === "credentials" || name === "default") return name;
  const profile = /^profile\s+(?<name>.+)$/.exec(name)?.groups?.name?.trim();
  return profile?.replace(/^(["'])(.*)\1$/, "$2");
}

function quoted(profile: string): string {
  return /\s/.test(profile) ? `"${profile}"` : profile;
}
