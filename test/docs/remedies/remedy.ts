import type { ConnectErrorCode } from "@opconnect/core";

/** How it is known that the remedy of a code is one. */
export type Remedy =
  /** It is carried out: what was refused with the code is done afterwards. */
  | {
      /** What of the error's own remedy is done, in its words. */
      readonly says?: string;
      readonly refused: () => unknown;
      /** @param error The text of the error, for what it names. */
      readonly mended: (error: string) => unknown;
    }
  /** The test that carries it out, by its file and its name; or that which is refused, and that. */
  | { readonly file: string; readonly test: string | readonly string[] };

/** The remedies of some codes; several where errors of a code, or one error, have several. */
export type Remedies = Partial<Readonly<Record<ConnectErrorCode, Remedy | readonly Remedy[]>>>;

/** A remedy that gives the same thing to do otherwise. */
export function corrected<T>(
  says: string,
  work: (given: T) => unknown,
  wrong: NoInfer<T>,
  right: NoInfer<T>,
): Remedy {
  return { says, refused: () => work(wrong), mended: () => work(right) };
}
