import { resolve } from "node:path";
import { ConnectError, isRecord } from "@opconnect/core";
import { type StoreConfig, storeConfigSchema, storeKindOf } from "@opconnect/provision";
import type { DeclaredResource } from "./monitor.ts";
import { type ResourceNeed, resourceKind } from "./need.ts";
import type { Minting, ProjectRuntime } from "./runtime.ts";

/** Finds out what a person has to do, or does it, as a program declares its resources. */
export interface StackMinting {
  declare(resource: DeclaredResource): Promise<string | undefined>;
  /** What was found so far. */
  needs(): readonly ResourceNeed[];
}

/**
 * @param folder Folder of the project: the paths of a store of files are relative to it.
 * @param mode Whether something is done, or only found out.
 */
export function createStackMinting(
  { minting }: Pick<ProjectRuntime, "minting">,
  folder: string,
  mode: "find out" | "do it",
): StackMinting {
  const needs: ResourceNeed[] = [];
  return {
    async declare(resource) {
      const { kind: type, urn } = resource;
      const kind = resourceKind(type);
      const work = minting.get(type);
      if (kind === undefined || work === undefined) return undefined;
      requireDecided(resource);
      const inputs = withStoreAt(folder, resource.inputs);
      const { id, action } = await carryOut(work, inputs, mode, resource);
      needs.push({ kind, urn, name: String(inputs.name ?? inputs.title), action });
      return id;
    },
    needs: () => needs,
  };
}

async function carryOut(
  work: Minting,
  inputs: DeclaredResource["inputs"],
  mode: "find out" | "do it",
  resource: DeclaredResource,
) {
  if (mode === "find out") return work.need(inputs);
  requireKnown(resource);
  return { action: "none", id: await work.mint(inputs) } as const;
}

/** What the names are made of has to be in the program and its configuration. */
function requireDecided({ urn, inputs, isTransformed }: DeclaredResource): void {
  if (isTransformed)
    throw undecided(urn, "a transform changes its inputs, which only the engine can have done");
  const named = [inputs.name, inputs.title].filter((name) => name !== undefined);
  if (named.some(isUnknown)) {
    throw undecided(urn, "its name comes from a resource or a provider that is not asked here");
  }
  if (named.some((name) => /undefined|\[object /.test(String(name)))) {
    throw undecided(
      urn,
      `its name is "${named.join(" ")}", as the program asks a provider for a part of it`,
    );
  }
}

function requireKnown({ urn, inputs }: DeclaredResource): void {
  const { usedIn: _, ...asked } = inputs;
  const unknown = Object.keys(asked).filter((key) => isUnknown(asked[key]));
  if (unknown.length === 0) return;
  throw undecided(urn, `\`${unknown.join("`, `")}\` comes from a resource that is not made here`);
}

function undecided(urn: string, why: string): ConnectError {
  return new ConnectError(
    "MINTING_UNDECIDED",
    `What has to be minted for ${urn.split("::").at(-1)} cannot be told from the program and its configuration: ${why}.`,
    "Take it from the stack's configuration, or have an admin run `pulumi up`.",
  );
}

function isUnknown(value: unknown): boolean {
  return JSON.stringify(value ?? null).includes(unknownText);
}

/** Stands for what is not known yet. */
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function withStoreAt(folder: string, inputs: DeclaredResource["inputs"]) {
  if (!isRecord(inputs.store) || isUnknown(inputs.store)) return inputs;
  const store: StoreConfig = storeConfigSchema.parse(inputs.store);
  return { ...inputs, store: storeKindOf(store).relocated(store, (path) => resolve(folder, path)) };
}
