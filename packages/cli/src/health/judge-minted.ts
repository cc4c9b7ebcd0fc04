import { isSameOnePasswordId } from "@opconnect/core";
import type { StackMinted } from "@opconnect/fleet";
import type { Finding, MintedObservation, SecretObservation } from "@opconnect/provision";
import { failed } from "./check-result.ts";

/** Ids of the vaults that a server or a token had, and has no more. */
export function lostVaults(
  { vaults }: StackMinted,
  observation: MintedObservation,
): readonly string[] {
  if (observation.presence !== "live") return [];
  const kept = observation.vaults.map(({ id }) => id.toLowerCase());
  return vaults.map(({ id }) => id.toLowerCase()).filter((id) => !kept.includes(id));
}

/** Says whether a server or token is alive, and whether the store still holds what state says. */
export function judgeMinted(minted: StackMinted, observation: MintedObservation): Finding {
  const { id } = minted;
  const { presence, tags, failure, drift, unknown } = observation;
  const flaw = judgeStored(minted, observation);
  if (flaw !== undefined) return flaw;
  if (presence === "gone") {
    return failed(
      `${id} was deleted in 1Password.`,
      "Run `pulumi refresh`, then `pulumi up`: a new one is made and rolled out.",
    );
  }
  if (failure !== undefined) throw failure;
  if (presence === "unknown") {
    return { status: "skipped", happened: `It is stored. ${unknown.join(" ")}` };
  }
  if (drift.length > 0) {
    return {
      status: lostVaults(minted, observation).length > 0 ? "failed" : "warning",
      happened: drift.join(" "),
      remedy: "Run `pulumi refresh`, then `pulumi up`: it is put right.",
    };
  }
  if (tags.rotate !== undefined) {
    return {
      status: "warning",
      happened: `${id} is to be replaced: that was asked for.`,
      remedy: "Run `pulumi up` to have it done.",
    };
  }
  return { status: "ok", happened: `${id} is alive and stored.` };
}

/** Says what is wrong with what the store holds of a server or token. */
export function judgeStored(
  { id, secretId }: StackMinted,
  { stored, tags, holds, failure }: SecretObservation,
): Finding | undefined {
  if (stored === "unknown") throw failure;
  if (stored === "gone") {
    return failed(
      `The secret ${secretId} is gone, or about to be deleted.`,
      "Run `pulumi refresh`, then `pulumi up`: it is made again or restored.",
    );
  }
  if (stored === "behind") {
    return failed(
      `The stack knows ${id}, the credential store holds ${holds}, which is older.`,
      "If the store is a clone, pull; after a merge, take the other side of its files. If the newer one is lost for good, raise `revision`.",
    );
  }
  if (!isSameOnePasswordId(holds ?? "", id)) {
    return failed(
      `The stack knows ${id}, the credential store holds ${holds ?? "none"}.`,
      "Run `pulumi up`: it takes over what the store holds.",
    );
  }
  if (stored !== "held" && tags.minting !== undefined) {
    return failed(
      `What was to take the place of ${id} did not come to its end: the credential store has a part of it.`,
      "Run `pulumi up` where `op` is signed in: it brings that to its end, and deletes what is left of it in 1Password.",
    );
  }
  if (stored === "displaced" || stored === "empty") {
    return failed(
      "The value in the credential store is not the one that was deployed.",
      "Run `pulumi up`: it puts the right one back, or makes a new one.",
    );
  }
  return undefined;
}
