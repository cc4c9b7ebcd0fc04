import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { AccountWorld } from "../faults/judge/account-world.ts";
import type { Wanted } from "./wanted.ts";

const stateSchema = z.object({
  checkpoint: z.object({
    latest: z.object({
      resources: z.array(
        z.object({
          urn: z.string(),
          type: z.string(),
          parent: z.string().optional(),
          external: z.boolean().optional(),
          delete: z.boolean().optional(),
          outputs: z.record(z.string(), z.unknown()).optional(),
        }),
      ),
      pending_operations: z.array(z.object({ type: z.string() })).nullish(),
    }),
  }),
});

/** What the state says of an environment. */
export type StateWorld = z.infer<typeof stateSchema>["checkpoint"]["latest"];

/** Reads a state's file, past the engine. */
export async function readState(file: string): Promise<StateWorld> {
  return stateSchema.parse(JSON.parse(await readFile(file, "utf8"))).checkpoint.latest;
}

/** What is not as the program says in the state of an environment. */
export function stateComplaints(
  client: string,
  { place, vaults, items, tokens, namespaces }: Wanted,
  { resources, pending_operations: pending }: StateWorld,
  account: AccountWorld,
): readonly string[] {
  const known = new Set(resources.map(({ urn }) => urn));
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const ours = (type: string) => ofType(`pulumi-nodejs:dynamic/opconnect:${type}`);
  const live = (rows: readonly { readonly id: string; readonly name: string }[]) =>
    rows.filter(({ name }) => name.startsWith(`${client}-`)).map(({ id }) => id);
  const within = place.parent === undefined ? "" : "soak:index:Platform$";
  const component = `urn:pulumi:main::${client}::${within}opconnect:index:ConnectEnvironment::${place.name}`;
  return [
    ...same("components", ofType("opconnect:index:ConnectEnvironment").map(urnOf), [component]),
    ...same("servers", outputs(ours("ConnectServer"), "serverId"), live(account.connectServers)),
    ...same("tokens", outputs(ours("ConnectToken"), "tokenId"), live(account.connectTokens)),
    ...count("vaults", ours("Vault"), vaults),
    ...count("secrets of the store", ours("CredentialSecret"), [
      ...["credentials", "operator"],
      ...Object.keys(tokens),
    ]),
    ...count("items", ours("OnePasswordItem"), Object.keys(items)),
    ...count(
      "namespaces",
      ofType("kubernetes:core/v1:Namespace").filter(
        ({ parent = "", external }) => parent.includes("::pulumi:pulumi:Stack::") && !external,
      ),
      namespaces,
    ),
    ...resources
      .filter(({ parent }) => parent !== undefined && !known.has(parent))
      .map(({ urn }) => `the state lacks the parent of ${urn}`),
    ...resources
      .filter((resource) => resource.delete)
      .map(({ urn }) => `the state still has to delete ${urn}`),
    // Creations that a killed run had begun are kept by the engine until a person clears them.
    ...(pending ?? [])
      .filter(({ type }) => type !== "creating")
      .map(({ type }) => `the state still has an operation pending: ${type}`),
  ];
}

type StateResource = StateWorld["resources"][number];

function urnOf({ urn }: StateResource): string {
  return urn;
}

function outputs(resources: readonly StateResource[], name: string): readonly string[] {
  return resources.map((resource) => String(resource.outputs?.[name]));
}

function count(what: string, found: readonly StateResource[], wanted: readonly string[]) {
  if (found.length === wanted.length) return [];
  return [`the state has ${found.length} ${what}; should be: ${wanted.join(", ")}`];
}

function same(what: string, have: readonly string[], need: readonly string[]): readonly string[] {
  if (have.toSorted().join() === need.toSorted().join()) return [];
  return [`the state's ${what}: ${have.join(", ")}; should be: ${need.join(", ")}`];
}
