import type { Properties } from "./property-diff.ts";

/**
 * Ids of what was read and not compared since. The first comparison after a read is that of the
 * refresh: the engine asks how what was read differs from the inputs of the last update. What `check`
 * had found for that one, the update has seen to since.
 * @see https://github.com/pulumi/pulumi/blob/v3.270.0/pkg/resource/deploy/step.go `RefreshStep`
 */
export class RefreshedOnce {
  readonly #ids: string[] = [];

  add(id: string): void {
    this.#ids.push(id);
  }

  take(id: string): boolean {
    const index = this.#ids.indexOf(id);
    if (index < 0) return false;
    this.#ids.splice(index, 1);
    return true;
  }

  /**
   * The program is being run, so its refresh is over: what is compared from here on is what the
   * program wishes. With `PULUMI_ENABLE_LEGACY_REFRESH_DIFF` a refresh compares nothing by itself.
   */
  end(): void {
    this.#ids.length = 0;
  }
}

/** The inputs with what was found as the state has it, which a read has brought up to date. */
export function withFindingsOf(
  olds: Properties,
  news: Properties,
  findings: readonly string[],
): Properties {
  const found = findings.flatMap((key) => (olds[key] === undefined ? [] : [[key, olds[key]]]));
  const wished = Object.entries(news).filter(([key]) => !findings.includes(key));
  return Object.fromEntries([...wished, ...found]);
}
