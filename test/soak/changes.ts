import type { Random } from "../harness/disturb/random.ts";
import {
  chartVersions,
  descriptions,
  itemTitles,
  type Wanted,
  type WantedItem,
  type WantedVault,
} from "./wanted.ts";

/** A kind of change of a program. */
export interface Change {
  readonly name: string;
  /** How often it comes, compared with others. */
  readonly weight: number;
  /** The changed program; none where this kind does not fit. */
  draw(wanted: Wanted, random: Random): Wanted | undefined;
}

const secretNames = ["postgres", "redis", "mail", "queue", "search", "cache"];
const namespaceNames = ["one", "two", "three", "four"];
const vaultKeys = ["app", "data", "ops", "web"];
const consumers = ["ci", "backup"];

/** Changes of items, by themselves or several at once. */
const itemChanges: readonly Change[] = [
  {
    name: "add an item",
    weight: 3,
    draw(wanted, random) {
      const name = random.pick(freeOf(secretNames, Object.keys(wanted.items)));
      const namespace = random.pick(wanted.namespaces);
      if (name === undefined || namespace === undefined) return undefined;
      return withItem(wanted, name, { namespace, ...drawSource(wanted, random) });
    },
  },
  {
    name: "drop an item",
    weight: 3,
    draw(wanted, random) {
      const name = random.pick(Object.keys(wanted.items));
      return name === undefined ? undefined : withoutItems(wanted, [name]);
    },
  },
  {
    name: "move an item",
    weight: 3,
    draw: (wanted, random) =>
      alterItem(wanted, random, (item) => {
        const namespace = random.pick(freeOf(wanted.namespaces, [item.namespace]));
        return namespace === undefined ? undefined : { ...item, namespace };
      }),
  },
  {
    name: "rename an item",
    weight: 2,
    draw(wanted, random) {
      const [name, item] = random.pick(Object.entries(wanted.items)) ?? [];
      const other = random.pick(freeOf(secretNames, Object.keys(wanted.items)));
      if (name === undefined || item === undefined || other === undefined) return undefined;
      return withItem(withoutItems(wanted, [name]), other, item);
    },
  },
  {
    name: "take another item of 1Password",
    weight: 2,
    draw: (wanted, random) =>
      alterItem(wanted, random, ({ namespace, type }) => ({
        namespace,
        ...drawSource(wanted, random),
        ...(type && { type }),
      })),
  },
  {
    name: "change an item's type",
    weight: 2,
    draw: (wanted, random) =>
      alterItem(wanted, random, ({ type, ...item }) =>
        type === undefined ? { ...item, type: "kubernetes.io/basic-auth" } : item,
      ),
  },
];

/** Changes by themselves. */
const singleChanges: readonly Change[] = [
  ...itemChanges,
  {
    name: "add a namespace with an item",
    weight: 2,
    draw(wanted, random) {
      const namespace = random.pick(freeOf(namespaceNames, wanted.namespaces));
      const name = random.pick(freeOf(secretNames, Object.keys(wanted.items)));
      if (namespace === undefined || name === undefined) return undefined;
      const namespaces = [...wanted.namespaces, namespace];
      const item = { namespace, ...drawSource(wanted, random) };
      return withItem({ ...wanted, namespaces }, name, item);
    },
  },
  {
    name: "drop a namespace with its items",
    weight: 2,
    draw(wanted, random) {
      const namespace = random.pick(wanted.namespaces);
      if (namespace === undefined || wanted.namespaces.length < 2) return undefined;
      return withoutNamespace(wanted, namespace);
    },
  },
  {
    name: "move all items of a namespace into a new one",
    weight: 2,
    draw(wanted, random) {
      const old = random.pick(wanted.namespaces);
      const namespace = random.pick(freeOf(namespaceNames, wanted.namespaces));
      if (old === undefined || namespace === undefined) return undefined;
      const { namespaces, items } = withoutNamespace(wanted, old);
      const moved = Object.entries(wanted.items)
        .filter(([, item]) => item.namespace === old)
        .map(([name, item]) => [name, { ...item, namespace }] as const);
      return {
        ...wanted,
        namespaces: [...namespaces, namespace],
        items: { ...items, ...Object.fromEntries(moved) },
      };
    },
  },
  {
    name: "add a vault",
    weight: 2,
    draw(wanted, random) {
      const key = random.pick(freeOf(vaultKeys, wanted.vaults));
      return key === undefined ? undefined : { ...wanted, vaults: [...wanted.vaults, key] };
    },
  },
  {
    name: "drop a vault with its items",
    weight: 2,
    draw(wanted, random) {
      const key = random.pick(wanted.vaults);
      if (key === undefined || wanted.vaults.length < 2) return undefined;
      const inside = Object.entries(wanted.items).filter(([, { vault }]) => vault === key);
      const left = withoutItems(
        wanted,
        inside.map(([name]) => name),
      );
      const tokens = Object.entries(wanted.tokens)
        .map(([consumer, keys]) => [consumer, freeOf(keys, [key])] as const)
        .filter(([, keys]) => keys.length > 0);
      const { [key]: _, ...vaultOptions } = wanted.vaultOptions;
      return {
        ...left,
        vaultOptions,
        vaults: freeOf(wanted.vaults, [key]),
        tokens: Object.fromEntries(tokens),
      };
    },
  },
  {
    name: "change a vault's access",
    weight: 2,
    draw: (wanted, random) =>
      alterVault(wanted, random, ({ access, ...others }) =>
        access === undefined ? { ...others, access: "read-write" } : others,
      ),
  },
  {
    name: "change who may see a vault",
    weight: 2,
    draw: (wanted, random) =>
      alterVault(wanted, random, ({ group, ...others }) => {
        const drawn = random.pick((["read", "read-write"] as const).filter((one) => one !== group));
        return group !== undefined && random.below(2) === 0
          ? others
          : { ...others, ...(drawn && { group: drawn }) };
      }),
  },
  {
    name: "describe a vault otherwise",
    weight: 1,
    draw: (wanted, random) =>
      alterVault(wanted, random, ({ description, ...others }) => {
        const drawn = random.pick(descriptions.filter((one) => one !== description));
        return drawn === undefined ? others : { ...others, description: drawn };
      }),
  },
  {
    name: "add a token",
    weight: 2,
    draw(wanted, random) {
      const consumer = random.pick(freeOf(consumers, Object.keys(wanted.tokens)));
      const vault = random.pick(wanted.vaults);
      if (consumer === undefined || vault === undefined) return undefined;
      return { ...wanted, tokens: { ...wanted.tokens, [consumer]: [vault] } };
    },
  },
  {
    name: "drop a token",
    weight: 2,
    draw(wanted, random) {
      const consumer = random.pick(Object.keys(wanted.tokens));
      if (consumer === undefined) return undefined;
      const { [consumer]: _, ...tokens } = wanted.tokens;
      return { ...wanted, tokens };
    },
  },
  {
    name: "change a token's scope",
    weight: 2,
    draw(wanted, random) {
      const [consumer, keys = []] = random.pick(Object.entries(wanted.tokens)) ?? [];
      const other = random.pick(freeOf(wanted.vaults, keys));
      if (consumer === undefined || other === undefined) return undefined;
      return { ...wanted, tokens: { ...wanted.tokens, [consumer]: [other] } };
    },
  },
  {
    name: "raise the revision",
    weight: 1,
    draw: (wanted) => ({ ...wanted, revision: wanted.revision + 1 }),
  },
  {
    name: "use the other version of the chart",
    weight: 2,
    draw: withOtherChart,
  },
  {
    name: "rename the component",
    weight: 2,
    draw: (wanted, random) => ({
      ...wanted,
      place: { ...wanted.place, name: other(["environment", "connect", "acme"], wanted, random) },
    }),
  },
  {
    name: "put the component elsewhere",
    weight: 2,
    draw({ place: { name, parent }, ...wanted }, random) {
      const parents = freeOf(["platform", "shared"], parent === undefined ? [] : [parent]);
      const elsewhere = parent !== undefined && random.below(2) === 0;
      return { ...wanted, place: elsewhere ? { name } : { name, ...underOneOf(parents, random) } };
    },
  },
];

/** The kinds of ordinary changes. */
export const changes: readonly Change[] = [
  ...singleChanges,
  { name: "change several items", weight: 3, draw: severalOf(itemChanges) },
  { name: "change several things", weight: 4, draw: severalOf(singleChanges) },
  {
    name: "use the other version of the chart and change several items",
    weight: 2,
    draw: (wanted, random) => severalOf(itemChanges)(withOtherChart(wanted), random),
  },
];

/** Draws two to four of the changes, one after the other, for one update. */
function severalOf(some: readonly Change[]): (wanted: Wanted, random: Random) => Wanted {
  return (wanted, random) => {
    let changed = wanted;
    for (let left = 2 + random.below(3); left > 0; left -= 1) {
      changed = random.pick(some)?.draw(changed, random) ?? changed;
    }
    return changed;
  };
}

function withOtherChart(wanted: Wanted): Wanted {
  const chart = chartVersions.find((version) => version !== wanted.chart) ?? wanted.chart;
  return { ...wanted, chart };
}

function underOneOf(parents: readonly string[], random: Random): { readonly parent?: string } {
  const parent = random.pick(parents);
  return parent === undefined ? {} : { parent };
}

function other(names: readonly string[], { place }: Wanted, random: Random): string {
  return random.pick(freeOf(names, [place.name])) ?? place.name;
}

function freeOf(names: readonly string[], taken: readonly string[]): readonly string[] {
  return names.filter((name) => !taken.includes(name));
}

/** Vault and title of an item that is there: vaults have the same titles. */
function drawSource(wanted: Wanted, random: Random): Pick<WantedItem, "vault" | "title"> {
  const vault = random.pick(wanted.vaults) ?? "";
  return { vault, title: random.pick(itemTitles) ?? "alpha" };
}

function alterItem(
  wanted: Wanted,
  random: Random,
  alter: (item: WantedItem) => WantedItem | undefined,
): Wanted | undefined {
  const [name, item] = random.pick(Object.entries(wanted.items)) ?? [];
  const altered = item && alter(item);
  return name === undefined || altered === undefined ? undefined : withItem(wanted, name, altered);
}

function alterVault(
  wanted: Wanted,
  random: Random,
  alter: (vault: WantedVault) => WantedVault,
): Wanted | undefined {
  const key = random.pick(wanted.vaults);
  if (key === undefined) return undefined;
  const altered = alter(wanted.vaultOptions[key] ?? {});
  return { ...wanted, vaultOptions: { ...wanted.vaultOptions, [key]: altered } };
}

function withItem(wanted: Wanted, name: string, item: WantedItem): Wanted {
  return { ...wanted, items: { ...wanted.items, [name]: item } };
}

function withoutItems(wanted: Wanted, names: readonly string[]): Wanted {
  const kept = Object.entries(wanted.items).filter(([name]) => !names.includes(name));
  return { ...wanted, items: Object.fromEntries(kept) };
}

function withoutNamespace(wanted: Wanted, namespace: string): Wanted {
  const kept = Object.entries(wanted.items).filter(([, item]) => item.namespace !== namespace);
  return {
    ...wanted,
    namespaces: freeOf(wanted.namespaces, [namespace]),
    items: Object.fromEntries(kept),
  };
}
