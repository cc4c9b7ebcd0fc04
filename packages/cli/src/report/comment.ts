import { readFile } from "node:fs/promises";
import { ConnectError, parseJson } from "@opconnect/core";
import { commentOn, type FailOn, reviewedRequest } from "@opconnect/fleet";
import { z } from "zod";
import { say } from "../terminal/say.ts";
import { readReport } from "./read.ts";

const optionsSchema = z.object({
  check: z.boolean().default(false),
  failOn: z.string(),
  author: z.string().optional(),
  whole: z.string().optional(),
});

/** Puts a report where it is reviewed. */
export async function commentReport(file: string, given: unknown): Promise<void> {
  const { failOn, ...options } = optionsSchema.parse(given);
  const level = parseFailOn(failOn);
  const report = await readReport(file);
  const { GITHUB_EVENT_PATH: eventFile } = process.env;
  const event = eventFile
    ? parseJson(await readFile(eventFile, "utf8").catch(() => ""))
    : undefined;
  const request = reviewedRequest(process.env, event);
  const { comment, conclusion } = await commentOn(request, report, { ...options, failOn: level });
  say(`The comment was ${comment === "unchanged" ? "right already" : comment}.`);
  if (conclusion !== undefined) say(`The check ended with ${conclusion}.`);
  if (conclusion === "failure") process.exitCode = 1;
}

function parseFailOn(text: string): FailOn {
  const parsed = z.enum(["never", "high", "medium", "low"]).safeParse(text);
  if (parsed.success) return parsed.data;
  throw new ConnectError(
    "ARGUMENT_INVALID",
    `\`--fail-on\` is ${JSON.stringify(text)}.`,
    "Pass high, medium, low or never.",
  );
}
