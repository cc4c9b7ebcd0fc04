import { ConnectError } from "@opconnect/core";
import {
  followHolder,
  type MintedDeletion,
  type MintedFate,
  type MintedObservation,
  type MintingNeed,
  type MintingSystems,
  retireLeaving,
} from "@opconnect/provision";
import { z } from "zod";
import { adminCommand, adminDeletion } from "../admin-command.ts";
import type { Work } from "../crud.ts";
import { systemsOf } from "../outside-systems.ts";
import type { Properties } from "../property-diff.ts";
import { sayOnce } from "../warn-once.ts";
import { whoHasIt } from "../who-has-it.ts";
import { isUsedUnseen, requireUnused } from "./credential-use.ts";
import { replacedBy, sayUnseen } from "./replaced.ts";
import { keptWithoutOp, type mintedSchema, storedNow } from "./stored.ts";

type MintedInputs = z.infer<typeof mintedSchema>;

/** What a Connect server and a Connect token do each in their own way. */
export interface MintedOperations<Inputs extends MintedInputs> {
  readonly noun: "Connect server" | "Connect token";
  readonly schema: z.ZodType<Inputs>;
  ensure(
    request: Inputs & Asked,
    systems: MintingSystems,
  ): Promise<{ readonly id: string; readonly outs: Properties }>;
  /** What a person has to do for it, by what store and 1Password have. */
  need(request: Inputs & Asked, systems: MintingSystems): Promise<MintingNeed>;
  /** Does that, and returns its id. */
  mint(request: Inputs & Asked, systems: MintingSystems): Promise<string>;
  /** Returns the outputs that change. */
  update(
    id: string,
    change: { readonly olds: Properties; readonly news: Properties },
    request: Inputs & Asked,
    systems: MintingSystems,
  ): Promise<Properties>;
  /** Returns also the outputs that a refresh takes from what is seen. */
  observe(
    id: string,
    state: Inputs & z.infer<typeof recordSchema>,
    systems: MintingSystems,
  ): Promise<{ readonly observed: MintedObservation; readonly outs?: Properties }>;
  delete(
    id: string,
    deletion: Inputs & Asked & Pick<MintedDeletion, "claim" | "leavesReplaced">,
    systems: MintingSystems,
  ): Promise<MintedFate>;
}

/** What a person does for a resource, without a cluster and without a state. */
export interface MintingWork {
  /** What has to be done, by what store and 1Password have. Changes nothing. */
  need(inputs: Properties): Promise<MintingNeed>;
  /** Does it. Done again, it does nothing. Returns the id. */
  mint(inputs: Properties): Promise<string>;
}

/** Of a release that did not take it down, it is not known. */
const recordSchema = z.object({ mintedAt: z.string().optional() });

/** The note in the store by which a resource has it. */
const noteSchema = z.object({ holder: z.string().optional(), claim: z.string().optional() });

type Asked = Pick<MintedDeletion, "adminCommand" | "requireUnused">;

/** What a Connect server and a Connect token do in 1Password and in the store. */
export function mintedWork<Inputs extends MintedInputs>(
  operations: MintedOperations<Inputs>,
): Work & MintingWork {
  const { noun, schema } = operations;
  return {
    async create(properties) {
      const inputs = schema.parse(properties);
      const request = { ...unlessSeen(inputs, noun), replaces: replacedBy(inputs.holder) };
      const { id, outs } = await operations.ensure(request, systemsOf(inputs));
      return { id, outs: { ...inputs, ...outs } };
    },

    async update(id, olds, news) {
      const { holder: former, claim } = noteSchema.parse(olds);
      const wanted = schema.parse(news);
      // One that a release made that noted no holders is not noted now: whoever has it is not known.
      const inputs = { ...wanted, holder: former && wanted.holder };
      const systems = systemsOf(inputs);
      const { holder, secretId } = inputs;
      if (holder !== undefined && holder !== former && claim !== undefined) {
        await followHolder(secretId, { holder, claim }, systems);
      }
      const outs = await operations.update(id, { olds, news }, unlessSeen(inputs, noun), systems);
      const { drift: _, ...kept } = olds;
      return { outs: { ...kept, ...inputs, ...outs } };
    },

    async read(id, properties) {
      const state = { ...schema.parse(properties), ...recordSchema.parse(properties) };
      const { observed, outs } = await operations.observe(id, state, systemsOf(state));
      if (observed.presence === "gone") return undefined;
      if (observed.presence === "unknown") keptWithoutOp(observed.unknown);
      return { ...properties, ...outs, ...storedNow(id, properties, observed) };
    },

    async delete(id, properties) {
      const state = schema.parse(properties);
      const claim = z.string().optional().parse(properties.claim);
      const fingerprint = z.string().optional().parse(properties.fingerprint);
      const isUnseen = isUsedUnseen(state.secretId, state.usedIn);
      const deletion = {
        ...state,
        leavesReplaced: isUnseen,
        claim,
        fingerprint,
        adminCommand: adminDeletion(state.stack),
        requireUnused: (used = fingerprint) =>
          requireUnused({ ...state, what: `${noun} ${id}`, fingerprint: used }),
      };
      const systems = systemsOf(state);
      const fate = await operations.delete(id, deletion, systems);
      // With the last one go those before it that were left to a person.
      if (fate.outcome === "deleted" && isUnseen) await retireLeaving(state.secretId, systems);
      if (fate.outcome === "kept") sayOnce(`The ${noun} ${id} stays: ${whoHasIt(fate.others)}.`);
      if (fate.outcome === "left" && isUnseen) {
        sayUnseen(id);
      } else if (fate.outcome === "left") {
        sayOnce(
          `The ${noun} ${id} is replaced and not used any more, and there is no \`op\` here to delete it: the next \`opconnect mint\` does.`,
        );
      }
    },

    async need(properties) {
      const inputs = schema.parse(properties);
      return operations.need(withoutCluster(requestOf(inputs, noun)), systemsOf(inputs));
    },

    async mint(properties) {
      const inputs = schema.parse(properties);
      const systems = systemsOf(inputs);
      await retireLeaving(inputs.secretId, systems);
      return operations.mint(withoutCluster(requestOf(inputs, noun)), systems);
    },
  };
}

/** Where no cluster can be asked, all that may be used there is. */
function withoutCluster<T extends Asked>(request: T): T {
  const requireUnused = () =>
    Promise.reject(
      new ConnectError(
        "CREDENTIALS_IN_USE",
        "The cluster may still use it, and is not asked here.",
        "The next `pulumi up` takes it out of use.",
      ),
    );
  return { ...request, requireUnused };
}

/** What a creation clears up may be in use where no update looks. */
function unlessSeen<Inputs extends MintedInputs>(inputs: Inputs, noun: string) {
  const request = requestOf(inputs, noun);
  return isUsedUnseen(inputs.secretId, inputs.usedIn) ? withoutCluster(request) : request;
}

function requestOf<Inputs extends MintedInputs>(inputs: Inputs, noun: string) {
  return {
    ...inputs,
    adminCommand: adminCommand(inputs.stack),
    requireUnused: (fingerprint?: string) =>
      requireUnused({ ...inputs, what: `${noun} before ${inputs.name}`, fingerprint }),
  };
}
