import { isSameOnePasswordId } from "@opconnect/core";
import { type Finding, ok } from "../preflight/result.ts";
import type { SourceVault } from "./source/item-source.ts";

/** What a pod of Connect answers when the operator asks it for its vaults. */
export interface ConnectAnswer {
  readonly pod: string;
  /** What it says instead where it shows none. */
  readonly vaults: readonly SourceVault[] | string;
}

/**
 * Judges whether Connect serves the operator what it was given: a vault too many is as wrong as one
 * too few. Whether a pod says that it is healthy counts for nothing: it does so without credentials.
 */
export function judgeConnect(
  granted: readonly SourceVault[],
  answers: readonly ConnectAnswer[],
): Finding {
  for (const { pod, vaults } of answers) {
    if (typeof vaults === "string") {
      return failed(
        `Pod ${pod}: ${vaults}`,
        "Connect takes only a token of the server that its credentials file is of. `pulumi refresh`, then `pulumi up` puts both right.",
      );
    }
    const lacking = without(granted, vaults);
    if (lacking.length > 0) {
      return failed(
        `Pod ${pod} does not serve what was granted: ${inWords(lacking)}.`,
        "Run `pulumi refresh`, then `pulumi up`: it is granted again.",
      );
    }
    const others = without(vaults, granted);
    if (others.length > 0) {
      return failed(
        `Pod ${pod} serves more than was granted: ${inWords(others)}.`,
        "The operator has a token of another scope. `opconnect rotate` makes one of exactly what the program says.",
      );
    }
  }
  return ok(
    `${answers.length} of ${answers.length} pods serve exactly what was granted: ${inWords(granted)}.`,
  );
}

function without(vaults: readonly SourceVault[], others: readonly SourceVault[]) {
  return vaults.filter(({ id }) => !others.some((other) => isSameOnePasswordId(other.id, id)));
}

function inWords(vaults: readonly SourceVault[]): string {
  return vaults.map(({ id, name }) => `${name} (${id})`).join(", ");
}

function failed(happened: string, remedy: string): Finding {
  return { status: "failed", happened, remedy };
}
