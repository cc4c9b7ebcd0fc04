import type { ConnectErrorCode } from "@opconnect/core";

/** How it is known that the remedy of a code is one. */
export type Remedy =
  /** It is carried out: what was refused with the code is done afterwards. */
  | { readonly refused: () => unknown; readonly mended: () => unknown }
  /** The test that carries it out, by its file and its name; or that which is refused, and that. */
  | { readonly file: string; readonly test: string | readonly string[] }
  /** Why nobody but a person can. */
  | { readonly byHand: string };

/** The remedies of some codes. */
export type Remedies = Partial<Readonly<Record<ConnectErrorCode, Remedy>>>;
