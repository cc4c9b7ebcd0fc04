import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { lookIntoAccount } from "../faults/judge/account-world.ts";
import type { GivenChart } from "../harness/act/chart.ts";
import { environmentConfig } from "../harness/act/environment-config.ts";
import { editItem, newFields, type TypedField, typeItem } from "../harness/act/item.ts";
import { createProject, type Project } from "../harness/act/project.ts";
import type { RigAccess } from "../harness/rig-access.ts";
import { stateFile } from "../rig/engine/state-backend.ts";
import { itemTitles, type Place, type Wanted, type WantedVault } from "./wanted.ts";

/** Charts by version. */
export type GivenCharts = Readonly<Record<Wanted["chart"], GivenChart>>;

/** An environment of the soak: its project, and what the soak itself typed into 1Password. */
export interface SoakEnvironment {
  readonly client: string;
  readonly rig: RigAccess;
  readonly project: Project;
  /** The state's file. */
  readonly stateFile: string;
  /** Has the program say this. The component is found again where it was. */
  configure(wanted: Wanted, change?: Partial<ProgramOdds>): Promise<void>;
  /** Types the items of vaults that have none yet, and others into the item. */
  typeItems(wanted: Wanted, edited: string | undefined): Promise<void>;
  /** Keeps the state as it is, for {@link SoakEnvironment.restoreState}. */
  backUpState(): Promise<void>;
  restoreState(): Promise<void>;
  /** What an item holds, by label. */
  content(vault: string, title: string): Readonly<Record<string, string>>;
}

/** What a program may have besides. */
interface ProgramOdds {
  /** Whether it names the places where the component was before. */
  readonly aliased: boolean;
  /** In place of the chart's folder. */
  readonly chartPath: string;
}

/** Lays the project of an environment. */
export async function createEnvironment(
  rig: RigAccess,
  client: string,
  charts: GivenCharts,
): Promise<SoakEnvironment> {
  const state = stateFile(join(rig.dir, "pulumi-state"), client);
  const project = await createProject({ ...rig, name: client, program: "movable", config: {} });
  const typed = new Map<string, readonly TypedField[]>();
  let places: readonly Place[] = [];

  return {
    client,
    rig,
    project,
    stateFile: state,
    backUpState: () => copyFile(state, join(project.dir, "older-state.json")),
    restoreState: () => copyFile(join(project.dir, "older-state.json"), state),

    async configure(wanted, { aliased = true, chartPath } = {}) {
      const { place } = wanted;
      const formerPlaces = places.filter((former) => !isSame(former, place));
      const namespaces = wanted.namespaces.map((name) => `${client}-${name}`);
      const { args } = environmentConfig(rig, client, {
        vaults: Object.fromEntries(
          wanted.vaults.map((key) => [key, vaultOptions(wanted.vaultOptions[key])]),
        ),
        revision: wanted.revision,
        ...charts[wanted.chart],
        ...(chartPath && { chart: { version: wanted.chart, path: chartPath } }),
        tokens: mapped(wanted.tokens, (vaults) => ({ vaults })),
        items: mapped(wanted.items, ({ namespace, vault, title, type }) => ({
          namespace: `${client}-${namespace}`,
          vault,
          item: title,
          ...(type && { type }),
        })),
      });
      const soak = { place, namespaces, args, ...(aliased && { formerPlaces }) };
      await project.configure({ soak });
      // An environment that was moved without an alias is taken back before it is moved again.
      if (aliased) places = [...formerPlaces.slice(-1), place];
    },

    async typeItems(wanted, edited) {
      const { vaults } = await lookIntoAccount(rig.env.OPCONNECT_SANDBOX_HOME ?? "");
      const idOf = (vault: string) =>
        vaults.find(({ name }) => name === `${client}-prod-${vault}`)?.id ?? "";
      for (const vault of wanted.vaults) {
        for (const title of itemTitles) {
          if (typed.has(`${vault}/${title}`)) continue;
          typed.set(`${vault}/${title}`, newFields());
          await typeItem(rig, title, idOf(vault), typed.get(`${vault}/${title}`));
        }
      }
      const item = edited === undefined ? undefined : wanted.items[edited];
      if (item === undefined) return;
      const { vault, title } = item;
      typed.set(`${vault}/${title}`, newFields());
      await editItem(rig, title, idOf(vault), typed.get(`${vault}/${title}`));
    },

    content(vault, title) {
      const fields = typed.get(`${vault}/${title}`) ?? [];
      return Object.fromEntries(fields.map(({ label, value }) => [label, value]));
    },
  };
}

function vaultOptions({ group, ...others }: WantedVault = {}) {
  return { ...others, ...(group && { groups: { "Team Members": group } }) };
}

function isSame(one: Place, other: Place): boolean {
  return one.name === other.name && one.parent === other.parent;
}

function mapped<Old, New>(
  record: Readonly<Record<string, Old>>,
  change: (value: Old) => New,
): Readonly<Record<string, New>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
