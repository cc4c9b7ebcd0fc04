/** How old a list may be. */
export interface ListAge {
  /** Time since it was listed, in milliseconds. */
  readonly listedWithinMs?: number;
  /** Time since it was last asked for, in milliseconds. */
  readonly usedWithinMs?: number;
  /** It must have been listed after this. */
  readonly since?: number | undefined;
}

/** A list that is kept for a while. */
export class KeptList<T extends { readonly id: string }> {
  #rows: Promise<readonly T[]> | undefined;
  #listedAt = 0;
  #usedAt = 0;
  readonly #ask: () => Promise<readonly T[]>;

  constructor(ask: () => Promise<readonly T[]>) {
    this.#ask = ask;
  }

  /** Asks for it, and keeps it. A refusal is not kept: the person may sign in. */
  async list(): Promise<readonly T[]> {
    const rows = this.#ask();
    this.#rows = rows;
    this.#listedAt = Date.now();
    this.#usedAt = this.#listedAt;
    try {
      return await rows;
    } catch (error) {
      if (this.#rows === rows) this.#rows = undefined;
      throw error;
    }
  }

  /** The list that was kept if it is of that age, else a new one. */
  async recent({
    listedWithinMs = Number.POSITIVE_INFINITY,
    usedWithinMs = Number.POSITIVE_INFINITY,
    since = 0,
  }: ListAge): Promise<readonly T[]> {
    const now = Date.now();
    const isRecent =
      now - this.#listedAt <= listedWithinMs &&
      now - this.#usedAt <= usedWithinMs &&
      this.#listedAt >= since;
    if (this.#rows === undefined || !isRecent) return this.list();
    this.#usedAt = now;
    return this.#rows;
  }

  /** Takes note of a row that is there now. */
  add(row: T): void {
    this.#usedAt = Date.now();
    const rows = this.#rows?.then((known) => [...known.filter(({ id }) => id !== row.id), row]);
    this.#rows = rows;
    rows?.catch(() => this.forget());
  }

  forget(): void {
    this.#rows = undefined;
  }
}
