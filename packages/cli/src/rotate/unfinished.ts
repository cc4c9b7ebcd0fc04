import { ConnectError } from "@opconnect/core";
import type { UpdateEnd } from "../stack/up.ts";
import type { Settlement } from "./request.ts";

/** What is known of a rotation that did not get to its end. */
export interface UnfinishedRotation {
  readonly stack: string;
  /** None if there was no update: it was interrupted before. */
  readonly end: UpdateEnd | undefined;
  readonly settlement: Settlement;
  /** Why the stack's state could not be read afterwards. */
  readonly unread?: ConnectError | undefined;
}

/** Says what is valid now, what is still asked for, and what brings it to its end. */
export function unfinishedRotation(rotation: UnfinishedRotation): ConnectError {
  const { stack, settlement, unread } = rotation;
  const { hasBegun, open, failure } = settlement;
  const names = open.map(({ kind, name }) => `the Connect ${kind} ${name}`).join(", ");
  const happened = [
    howItEnded(rotation),
    hasBegun
      ? "Both the new ones and the old ones that are not revoked are valid."
      : "Nothing was replaced: the credentials are the ones from before.",
    ...(failure === undefined ? [] : [failure.happened]),
    ...(open.length === 0 ? [] : [`The replacement of ${names} is still asked for.`]),
    ...(unread === undefined ? [] : [unread.happened]),
  ];
  const up = `\`pulumi up --stack ${stack}\``;
  const finish =
    open.length > 0 || hasBegun
      ? `Mend what the update says, then run ${up} to finish it.`
      : "Mend what the update says, then rotate again.";
  const remedy = unread === undefined ? finish : `${unread.remedy} ${finish}`;
  return new ConnectError("ROTATION_UNFINISHED", happened.join(" "), remedy);
}

function howItEnded({ end, stack, unread }: UnfinishedRotation): string {
  if (end === undefined) return "It was interrupted before the update began.";
  const { exitCode, signal } = end;
  if (exitCode === 0) {
    return unread === undefined ? "The update ended without it." : "The update ended well.";
  }
  if (exitCode !== undefined) {
    return "The update was interrupted, or failed.";
  }
  if (signal === undefined) return "The update could not be started.";
  return `The update was ended by ${signal}; where the stack is locked by it still, \`pulumi cancel --stack ${stack}\` releases it.`;
}
