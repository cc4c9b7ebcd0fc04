/** A section of `~/.aws/config` or `~/.aws/credentials`. */
export interface ConfigSection {
  /**
   * Name of the profile; `undefined` for sections that no SDK takes for one, such as
   * `[sso-session x]`, or `[default]` above `[profile default]`.
   */
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
  const sections: (ConfigSection & {
    heading: string;
    settings: Map<string, ConfigSetting>;
  })[] = [];
  let key: string | undefined;
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    const heading = /^\s*\[(?<name>[^\]]*)\]/.exec(line)?.groups?.name?.trim();
    const section = sections.at(-1);
    if (heading !== undefined) {
      sections.push({ heading, profile: profileOf(heading, kind), at, settings: new Map() });
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
  const long = sections.findIndex(({ heading }) => /^profile\s+(["']?)default\1$/.test(heading));
  return sections.map(({ heading, ...section }, number) =>
    kind === "config" && heading === "default" && number < long
      ? { ...section, profile: undefined }
      : section,
  );
}

export function findProfile(
  text: string,
  kind: ConfigKind,
  profile: string,
): ConfigSection | undefined {
  return parseConfig(text, kind).find((section) => section.profile === profile);
}

/**
 * The text with a setting of a profile; everything else stays as it is: comments, order, the ending
 * of each line. Where a profile has several sections, SDKs differ in which one they take, so each
 * gets the setting.
 */
export function withSetting(text: string, profile: string, key: string, value: string): string {
  const lines = linesOf(text);
  const line = `${key} = ${value}`;
  const sections = parseConfig(text, "config").filter((section) => section.profile === profile);
  if (sections.length === 0) return withSection(lines, profile, line);
  for (const section of sections.toReversed()) {
    const end = lastLine(section);
    const { from, to } = section.settings.get(key) ?? { from: end, to: end };
    const like = to > from ? lines[to - 1] : endLine(lines, from - 1);
    lines.splice(from, to - from, `${line}${endingOf(like)}`);
  }
  return lines.join("");
}

function withSection(lines: readonly string[], profile: string, line: string): string {
  const ending = endingOf(lines[0]) || "\n";
  const above = [...lines];
  endLine(above, above.length - 1);
  if ((above.at(-1) ?? "").trim() !== "") above.push(ending);
  const heading = profile === "default" ? "[default]" : `[profile ${quoted(profile)}]`;
  return [...above, heading, ending, line, ending].join("");
}

/**
 * The text of `~/.aws/credentials` without settings of a profile, and without its heading if that
 * leaves nothing below.
 */
export function withoutSettings(text: string, profile: string, keys: readonly string[]): string {
  const lines: (string | undefined)[] = linesOf(text);
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
  return lines.join("");
}

/** The lines, each with its ending. */
function linesOf(text: string): string[] {
  return text.split(/(?<=\n)/);
}

function endingOf(line: string | undefined): string {
  return /\r?\n$/.exec(line ?? "")?.[0] ?? "";
}

/** Gives a line an ending if it lacks one, as the last of a file may. Returns it as it was. */
function endLine(lines: string[], number: number): string {
  const line = lines[number] ?? "";
  if (line !== "" && endingOf(line) === "") lines[number] = `${line}${endingOf(lines[0]) || "\n"}`;
  return line;
}

/** Behind the last setting, before blank lines and comments that belong to what follows. */
function lastLine({ at, settings }: ConfigSection): number {
  return Math.max(at + 1, ...[...settings.values()].map(({ to }) => to));
}

function profileOf(name: string, kind: ConfigKind): string | undefined {
  if (kind === "credentials" || name === "default") return name;
  const profile = /^profile\s+(?<name>.+)$/.exec(name)?.groups?.name?.trim();
  return profile?.replace(/^(["'])(.*)\1$/, "$2");
}

function quoted(profile: string): string {
  return /\s/.test(profile) ? `"${profile}"` : profile;
}
