import { type ConnectErrorCode, connectErrorCodes } from "@opconnect/core";
import { blindPreview } from "@opconnect/core/blind-preview";
import { remedyOf } from "@opconnect/core/error-guide";
import type { EngineEvent } from "./engine/events.ts";
import { ownCodes } from "./engine/own-codes.ts";
import type { StackReport } from "./model.ts";
import { shownText } from "./shown.ts";

type Problem = StackReport["problems"][number];

/** What was done to a stack. */
export type Doing = "preview" | "update";

const failedCodes = {
  preview: "FLEET_PREVIEW_FAILED",
  update: "FLEET_UPDATE_FAILED",
} satisfies Readonly<Record<Doing, ConnectErrorCode>>;

/** What says by hand what the engine said. */
const commands: Readonly<Record<Doing, string>> = {
  preview: "pulumi preview",
  update: "pulumi up",
};

/** A stack that something is done to. */
interface Subject {
  readonly stack: string;
  readonly doing: Doing;
}

/**
 * What kept a stack from being previewed or updated, in words of our own: a diagnostic is never shown, since
 * anything may stand in it, a secret in base64 too. An error of opconnect is known by its code.
 */
export function problemsOf(events: readonly EngineEvent[], of: Subject): readonly Problem[] {
  const problems = events.flatMap((event) => problemsOfEvent(event, of));
  // That the preview failed is said again at the end of it, of no resource.
  const particular = problems.filter(
    ({ code, happened }) => code !== failedCodes[of.doing] || happened !== unnamed(),
  );
  const isRefused = events.some(({ policyEvent }) => policyEvent?.enforcementLevel === "mandatory");
  const general = isRefused && problems.length > 0 ? [violated(of)] : problems;
  const told = particular.length > 0 ? particular : general;
  return [...new Map(told.map((problem) => [JSON.stringify(problem), problem])).values()];
}

/**
 * What is said where the engine reports no error: it was ended, or what runs the program, as that for
 * YAML does, has printed the error instead.
 */
export function brokenOff(events: readonly EngineEvent[], of: Subject): Problem {
  const { stack, doing } = of;
  const printed = events
    .flatMap(({ diagnosticEvent }) => diagnosticEvent ?? [])
    .filter(({ severity }) => severity === "info#err")
    .map(({ message }) => message)
    .join("");
  if (printed !== "") {
    const [, error = ""] = /^(Error: .*)/ms.exec(printed) ?? [];
    const place = placeIn(error);
    const why =
      place === ""
        ? "What the program printed may say why, and may hold a secret."
        : `The program printed an error${place}, whose text may hold a secret.`;
    return {
      code: failedCodes[doing],
      happened: `The ${doing} did not come to its end. ${why}`,
      remedy: readIt(of),
    };
  }
  return {
    code: failedCodes[doing],
    happened: `The ${doing} did not come to its end, and the engine does not say why.`,
    remedy: `Run \`${commands[doing]} --stack ${shownText(stack)}\` to see more.`,
  };
}

/** Whether the engine came to the end of the preview, and it went well. */
export function isWhole(events: readonly EngineEvent[]): boolean {
  const summary = events.findLast(({ summaryEvent }) => summaryEvent !== undefined)?.summaryEvent;
  return summary !== undefined && summary.result !== "failed";
}

function problemsOfEvent(event: EngineEvent, of: Subject): readonly Problem[] {
  const { diagnosticEvent, resOpFailedEvent } = event;
  if (resOpFailedEvent !== undefined) return [failed(of, { urn: resOpFailedEvent.metadata.urn })];
  if (diagnosticEvent === undefined) return [];
  const { severity, message, urn } = diagnosticEvent;
  if (severity === "warning" && /preview is incomplete/i.test(message)) {
    return [incomplete(of.stack, urn)];
  }
  if (severity === "warning" && message.includes(blindPreview)) {
    return [blind(ownCodes(message)[0], of, urn)];
  }
  if (severity !== "error") return [];
  const codes = ownCodes(message);
  return codes.length > 0
    ? codes.map((code) => ownError(code, of, urn))
    : [failed(of, diagnosticEvent)];
}

function ownError(code: ConnectErrorCode, of: Subject, urn: string | undefined): Problem {
  return {
    code,
    happened: `${where(urn)}${connectErrorCodes[code]}`,
    remedy: `${remedyOf(code)} What is concerned, \`${commands[of.doing]} --stack ${shownText(of.stack)}\` says.`,
  };
}

function failed(
  of: Subject,
  { urn, message = "" }: { readonly urn?: string | undefined; readonly message?: string },
): Problem {
  return {
    code: failedCodes[of.doing],
    happened: `${where(urn)}${unnamed(placeIn(message))}`,
    remedy: readIt(of),
  };
}

function unnamed(place = ""): string {
  return `The engine reported an error${place}, whose text may hold a secret.`;
}

function readIt({ stack, doing }: Subject): string {
  return `Read it where that may be seen: \`${commands[doing]} --stack ${shownText(stack)}\`.`;
}

/** The line of a program in YAML that an error is of: what its file may be called is up to Pulumi. */
function placeIn(error: string): string {
  const [, file, line] =
    /^ +on ((?:Main|Pulumi)\.(?:json|ya?ml)) line (\d{1,6})\b/m.exec(error) ?? [];
  return file === undefined ? "" : ` in line ${line} of ${file}`;
}

/** All that the engine itself says then is that the preview failed. */
function violated({ stack, doing }: Subject): Problem {
  return {
    code: failedCodes[doing],
    happened: "A mandatory policy is violated, so that no update will run.",
    remedy: `Mend what it is violated by. What the policy says: \`pulumi preview --stack ${shownText(stack)}\` with the same \`--policy-pack\`.`,
  };
}

function incomplete(stack: string, urn: string | undefined): Problem {
  return {
    code: "FLEET_PREVIEW_INCOMPLETE",
    happened: `${where(urn)}What it is made of is known only during the update.`,
    remedy: `Look at it in the update: \`pulumi up --stack ${shownText(stack)}\` shows it before it asks.`,
  };
}

/** A preview went without its cluster: what a `ClusterTarget` warns of. */
function blind(code: ConnectErrorCode | undefined, of: Subject, urn: string | undefined): Problem {
  const why =
    code === undefined
      ? "The program is yet to make the cluster"
      : `The cluster could not be asked (${code}: ${withoutStop(connectErrorCodes[code])})`;
  const first = code === undefined ? "" : `${remedyOf(code)} `;
  return {
    code: "FLEET_PREVIEW_INCOMPLETE",
    happened: `${where(urn)}${why}, ${unseen}`,
    remedy: `${first}\`pulumi up --stack ${shownText(of.stack)}\` looks at that first, and changes nothing before.`,
  };
}

/** Whether a preview could not ask a cluster that is there: an update of it cannot be planned. */
export function isBlind({ code, happened }: Problem): boolean {
  return code === "FLEET_PREVIEW_INCOMPLETE" && happened.includes(`), ${unseen}`);
}

const unseen =
  "and what it has was not looked at: whether it is the environment's own, who else has its objects, what was changed there by hand, what rules of item access would deny.";

function withoutStop(text: string): string {
  return text.replace(/\.$/, "");
}

function where(urn: string | undefined): string {
  const name = urn?.split("::").slice(3).join("::");
  return name === undefined || name === "" ? "" : `${shownText(name)}: `;
}
