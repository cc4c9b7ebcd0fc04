import { defined } from "@opconnect/core/defined";
import { isRecord } from "@opconnect/core/json";
import {
  type DefaultStoreConfig,
  type StoreConfig,
  storeKindOf,
  storeKinds,
} from "@opconnect/provision/store-kinds";
import type * as pulumi from "@pulumi/pulumi";
import * as z from "zod/mini";
import type { Plain } from "../input/deferred.ts";
import { byName, chosen, fields, input, oneOf, text } from "../input/schema.ts";

/**
 * Which credential store keeps an environment's credentials, and how: AWS Secrets Manager, or a
 * folder of age-encrypted files.
 */
export type StoreArgs =
  | ArgsOf<StoreConfig>
  | (Omit<ArgsOf<DefaultStoreConfig>, "kind"> & {
      /** None is named: it is the first. */
      readonly kind?: never;
    });

/** The kind decides what else there is, so it is known at preview. */
type ArgsOf<Config> = Config extends StoreConfig
  ? {
      readonly [K in keyof Config]: K extends "kind" ? Config[K] : InputOf<Config[K]>;
    } & {
      /** Tags put on each secret besides our own. */
      readonly tags?: pulumi.Input<Readonly<Record<string, pulumi.Input<string>>>> | undefined;
    }
  : never;

type InputOf<Value> =
  NonNullable<Value> extends readonly (infer Entry)[]
    ? pulumi.Input<readonly pulumi.Input<Entry>[]> | Extract<Value, undefined>
    : pulumi.Input<Value>;

/** What is said of the store wherever it matters. */
export interface StoreOption {
  /**
   * The store that keeps the credentials file and the tokens, and how. Its `kind` is plain; all else
   * takes Outputs.
   * @default - AWS Secrets Manager, as the ambient AWS configuration says
   */
  readonly store?: Plain<StoreArgs> | undefined;
}

/** Checks which credential store is meant, and how it keeps its secrets. */
export const storeSchema = chosen<StoreArgs>((store) => {
  const { kind } = storeKindOf(isRecord(store) ? store : {});
  return schemasByKind.get(kind) ?? z.never();
});

const schemasByKind = new Map(storeKinds.map((each) => [each.kind, schemaOf(each)] as const));

function schemaOf({ fields: settingsOf }: (typeof storeKinds)[number]): z.ZodMiniType {
  return fields<Record<string, unknown>>(() => ({
    kind: z.optional(oneOf(...storeKinds.map(({ kind }) => kind))),
    ...Object.fromEntries(
      Object.entries<z.ZodMiniType>(settingsOf()).map(([name, setting]) => {
        return [
          name,
          setting.safeParse(undefined).success ? z.optional(input(setting)) : input(setting),
        ] as const;
      }),
    ),
    tags: z.optional(input(byName(text(), input(text()), "tags by name"))),
  }));
}

/** The store as inputs of a resource. The settings of its secrets go only where they are made. */
export function storeSettings(store: StoreArgs = {}): pulumi.Inputs {
  const { tags: _, ...settings } = store;
  return { ...defined<pulumi.Inputs>(settings), kind: store.kind ?? storeKinds[0].kind };
}

/**
 * The store as inputs of a resource that keeps a value in it. Without the settings of the secrets,
 * whose change is none of the value's.
 */
export function storeAccess(store: StoreArgs = {}): pulumi.Inputs {
  const { secretSettings } = storeKindOf(store);
  const settings = Object.entries(storeSettings(store));
  return Object.fromEntries(settings.filter(([key]) => !secretSettings.includes(key)));
}
