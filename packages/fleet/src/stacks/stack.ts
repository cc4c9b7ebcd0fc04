import { createConvention } from "@opconnect/core/convention";
import { doubleHyphenTemplates } from "@opconnect/core/convention-templates";

/** One stack of a project. */
export interface FleetStack {
  /** As the backend lists it, e.g. `acme-prod`; with its organization where that is another's. */
  readonly name: string;
  /** By the convention, from the last part of the name. */
  readonly client?: string;
  readonly environment?: string;
  /** Path of its configuration; none where there is no such file. */
  readonly file?: string;
}

/** A stack by its name: what the convention can read in it. */
export function createStack(name: string, file?: string): FleetStack {
  return { name, ...parseStackName(name), ...(file !== undefined && { file }) };
}

/** Name of a stack without its organization and project. */
export function shortName(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** `acme-corp-prod` is the client `acme-corp`; `acme--eu-prod` is the environment `eu-prod`. */
function parseStackName(name: string): Pick<FleetStack, "client" | "environment"> {
  const short = shortName(name);
  const { client, environment } =
    (short.includes("--") ? doubleHyphen : single).parse("server", short) ?? {};
  return client === undefined || environment === undefined ? {} : { client, environment };
}

const single = createConvention();
const doubleHyphen = createConvention(doubleHyphenTemplates);
