import { ConnectError } from "@opconnect/core";
import { attributesOf, type StateDamage } from "./damage.ts";
import type { StackLock } from "./locks.ts";

/** Why an update could not begin: the stack is locked. */
export function lockedStack(stack: string, locks: readonly StackLock[]): ConnectError {
  const holders = locks.map(({ holder, file }) => `${holder} (${file})`).join(", ");
  const areMissing = locks.every(({ isMissing }) => isMissing);
  return new ConnectError(
    "PULUMI_STACK_LOCKED",
    `The stack ${stack} is locked by ${holders}${areMissing ? "; no such process runs here" : ""}.`,
    areMissing
      ? `It has ended, unless it is one of a container or of another machine of the same name: then release the lock with \`pulumi cancel --stack ${stack}\`, or delete that file.`
      : `Wait until it has ended; if you know that it has, release the lock with \`pulumi cancel --stack ${stack}\`.`,
  );
}

/** Why Pulumi cannot read a state, and how it is put right. */
export function damagedState(stack: string, damage: StateDamage): ConnectError {
  const refused = (happened: string, remedy: string) =>
    new ConnectError("PULUMI_STATE_DAMAGED", happened, remedy);
  const { files, whole } = damage;
  const mend = `\`opconnect doctor ${stack} --mend-state\``;
  if (damage.part === "attributes") {
    return refused(
      `Pulumi cannot read the state of ${stack}: the file of attributes beside it, ${attributesOf(files)}, is empty or cut off. The state itself is whole.`,
      `${mend} deletes that file; nothing is lost.`,
    );
  }
  if (whole === undefined) {
    return refused(
      `The state of ${stack}, ${files.state}, is cut off, and neither the copy beside it nor the history is whole.`,
      "Put back a copy of your own if you have one. Else delete the file and make the stack anew with `pulumi stack init`: servers, tokens and vaults are found again by the next `pulumi up`.",
    );
  }
  return refused(
    `The state of ${stack}, ${files.state}, is cut off. Its newest whole copy is ${whole.file}, from ${whole.madeAt.toISOString()}.`,
    `${mend} puts that copy in its place, and keeps the damaged file. What changed after it was made is then not in the state: run \`pulumi refresh\`, then \`pulumi up\`.`,
  );
}
