import { forEveryKind, nameKinds } from "./kinds.ts";

/** How each name of an environment is put together, e.g. `"{client}-{environment}-connect"`. */
export type ConventionTemplates = { readonly [Kind in keyof typeof nameKinds]: string };

/**
 * Good for hundreds of clients in one 1Password account, one AWS account and one cluster: every
 * name holds client and environment. A client may contain hyphens, an environment and a purpose may
 * not: see {@link doubleHyphenTemplates}.
 */
export const defaultTemplates: ConventionTemplates = forEveryKind(
  (kind) => nameKinds[kind].template,
);

/**
 * The default templates with two hyphens between placeholders, for environments such as `eu-prod`
 * and purposes such as `app-db`: `acme--eu-prod--app-db` can be read in one way only.
 */
export const doubleHyphenTemplates: ConventionTemplates = forEveryKind((kind) =>
  nameKinds[kind].template.replaceAll("}-{", "}--{"),
);
