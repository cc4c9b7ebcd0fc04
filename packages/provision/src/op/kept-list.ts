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

  /** The list that was kept if it may still be used, else a new one. */
  async recent(
    isRecent: (ages: { readonly listedAt: number; readonly usedAt: number }) => boolean,
  ): Promise<readonly T[]> {
    const ages = { listedAt: this.#listedAt, usedAt: this.#usedAt };
    if (this.#rows === undefined || !isRecent(ages)) return this.list();
    this.#usedAt = Date.now();
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
