import { parseStackName } from "@opconnect/core/stack-name";

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
  return { name, ...environmentOf(name), ...(file !== undefined && { file }) };
}

/** Name of a stack without its organization and project. */
export function shortName(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

function environmentOf(name: string): Pick<FleetStack, "client" | "environment"> {
  const { client, environment } = parseStackName(shortName(name)) ?? {};
  return client === undefined || environment === undefined ? {} : { client, environment };
}
