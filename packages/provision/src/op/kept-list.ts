import { isSameOnePasswordId } from "@opconnect/core";

/** A list that is kept for a while, and follows what this process changes. */
export class KeptList<T extends { readonly id: string }> {
  #rows: Promise<readonly T[]> | undefined;
  #listedAt = 0;
  /** Counts the lists asked for, in their order: more than one may begin in a millisecond. */
  #count = 0;
  #asking: Promise<unknown> | undefined;
  readonly #ask: () => Promise<readonly T[]>;

  constructor(ask: () => Promise<readonly T[]>) {
    this.#ask = ask;
  }

  /** One that is begun from now on. Those who want it while another is asked for share the next. */
  list(): Promise<readonly T[]> {
    const count = this.#count;
    return this.#shared(() => this.#count > count);
  }

  /**
   * The one that was kept if it was begun at that time or later, else a new one, shared as well.
   * @param since In milliseconds since 1970.
   */
  recent(since: number): Promise<readonly T[]> {
    return this.#shared(() => this.isKept(since));
  }

  isKept(since: number): boolean {
    return this.#rows !== undefined && this.#listedAt >= since;
  }

  /** Takes note that there is nothing in it yet. */
  begin(): void {
    this.#keep(Promise.resolve([]), Date.now());
  }

  /** Takes note of a row that is there now. */
  add(row: T): void {
    this.#change((rows) => [...rows.filter(({ id }) => !isSameOnePasswordId(id, row.id)), row]);
  }

  /** Takes note of what became of a row. */
  change(of: string, changed: (row: T) => T): void {
    this.changeAll((row) => (isSameOnePasswordId(row.id, of) ? changed(row) : row));
  }

  changeAll(changed: (row: T) => T): void {
    this.#change((rows) => rows.map(changed));
  }

  /** Takes note that a row is gone. */
  remove(of: string): void {
    this.#change((rows) => rows.filter(({ id }) => !isSameOnePasswordId(id, of)));
  }

  forget(): void {
    this.#rows = undefined;
  }

  async #shared(isGood: () => boolean): Promise<readonly T[]> {
    for (;;) {
      if (this.#rows !== undefined && isGood()) return this.#rows;
      if (this.#asking === undefined) return this.#list();
      await this.#asking;
    }
  }

  async #list(): Promise<readonly T[]> {
    this.#count += 1;
    const rows = this.#ask();
    this.#keep(rows, Date.now());
    const asking = rows.then(
      () => undefined,
      () => undefined,
    );
    this.#asking = asking;
    await asking;
    if (this.#asking === asking) this.#asking = undefined;
    // With what was changed meanwhile.
    return this.#rows ?? rows;
  }

  /** What was begun before a change may show it or not, what is begun later does. */
  #change(changed: (rows: readonly T[]) => readonly T[]): void {
    if (this.#rows !== undefined) this.#keep(this.#rows.then(changed), this.#listedAt);
  }

  /** A refusal is not kept: the person may sign in. */
  #keep(rows: Promise<readonly T[]>, listedAt: number): void {
    this.#rows = rows;
    this.#listedAt = listedAt;
    rows.catch(() => {
      if (this.#rows === rows) this.#rows = undefined;
    });
  }
}
