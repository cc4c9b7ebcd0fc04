import { createConvention } from "./convention.ts";
import type { EnvironmentId } from "./environment-names.ts";
import { doubleHyphenTemplates } from "./templates.ts";

/**
 * What the convention reads in the name of a Pulumi stack, without its organization: `acme-corp-prod`
 * is the client `acme-corp`; `acme--eu-prod` is the environment `eu-prod`.
 * @returns nothing if the name is of another kind.
 */
export function parseStackName(name: string): EnvironmentId | undefined {
  const { client, environment } =
    (name.includes("--") ? doubleHyphen : single).parse("server", name) ?? {};
  return client === undefined || environment === undefined ? undefined : { client, environment };
}

const single = createConvention();
const doubleHyphen = createConvention(doubleHyphenTemplates);
