import type { z } from "zod";

/** An item of 1Password, by the way that this machine has to it. */
export interface Item {
  /** Which one it is, without what is in it. */
  find(): Promise<ItemRow>;
  /** What is in it, as far as a schema takes it. Secret, unless the schema drops the values. */
  read<T>(schema: z.ZodType<T>): Promise<T>;
}

export interface ItemRow {
  readonly id: string;
  readonly title: string;
  readonly version: number;
}
