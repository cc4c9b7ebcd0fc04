import type * as z from "zod/mini";
import type { CredentialStore } from "./credential-store.ts";

/**
 * All that is known of one kind of credential store outside its own folder. Programs load it at
 * every preview, so it imports little: of Zod the form of which a bundle takes no more than is used,
 * and the store when it is needed.
 */
export interface StoreKind<C extends { readonly kind: string }> {
  readonly kind: C["kind"];
  /** Fields that say how secrets are kept, and not where: none of a value's business. */
  readonly secretSettings: readonly string[];
  /** Flags and descriptions of the command line's options that mean such a store. */
  readonly options: readonly (readonly [flags: string, description: string])[];
  /** Checks the fields of a configuration besides its kind; a message is what is allowed. */
  fields(): { readonly [Field in Exclude<keyof C, "kind">]-?: z.ZodMiniType<C[Field]> };
  /** Makes a configuration of the options given, if they mean such a store. */
  fromOptions(): z.ZodMiniType<C>;
  load(config: C): Promise<CredentialStore>;
  /** What `CredentialStore` takes for the id of the secret of a name. */
  secretIdOf(name: string): string;
  /** What `CredentialStore` takes for the name of a secret that is named by its name or by its id. */
  nameOf(secret: string): string;
  /**
   * Says where a store is, as far as it is known.
   * @param secretIds Ids of secrets found there.
   */
  inWords(config: C, secretIds: readonly string[]): string;
  /** The same store, from a project's folder: its own paths are relative to that. */
  relocated(config: C, resolve: (path: string) => string): C;
  /** The command that puts what a secret holds into another, which is not there yet; by their names. */
  copyCommand(config: C, from: string, to: string): string;
  /**
   * The command that puts what its standard input says into a secret, by its name or id.
   * @param isThere Whether there is such a secret, with nothing in it.
   */
  putCommand(config: C, secret: string, isThere: boolean): string;
  /** The command that brings back a secret that is deleted, with what it held; by its name or id. */
  restoreCommand(config: C, secret: string): string;
  /** How a program that is written for a user names the store. */
  inProgram(config: C): object;
}

/** The configuration of a kind with these fields. */
export type ConfigOf<Kind extends string, Fields> = {
  /** Which kind of store it is. */
  readonly kind: Kind;
} & {
  readonly [K in keyof Pick<Fields, Exclude<keyof Fields, OptionalKey<Fields>>>]: z.output<
    Fields[K]
  >;
} & { readonly [K in keyof Pick<Fields, OptionalKey<Fields>>]?: z.output<Fields[K]> };

type OptionalKey<Fields> = {
  [K in keyof Fields]: undefined extends z.output<Fields[K]> ? K : never;
}[keyof Fields];
