import { type Convention, createConvention } from "@opconnect/core/convention";
import {
  type ConventionTemplates,
  doubleHyphenTemplates,
} from "@opconnect/core/convention-templates";
import { findingIf, type ResourceRule, type Settings, textOf } from "../rule/rule.ts";
import { ownType } from "./own-types.ts";

/** What is named otherwise is found by no command, and may be taken for another environment's. */
export const namesFollowTheConvention: ResourceRule = {
  name: "names-follow-the-convention",
  description: "Names are those of the convention.",
  looksAt:
    "titles of vaults, and names of Connect servers, Connect tokens, secrets of the credential store, that with a service account's token too, and the Kubernetes Secrets made from these",
  fix: "Let `ConnectEnvironment` or `ServiceAccountEnvironment` name it, or put the templates of your own convention into the setting `templates`.",
  level: "advisory",
  settings: {
    templates: {
      type: "object",
      additionalProperties: { type: "string" },
      description:
        "templates of a convention of your own, as `convention` of `ConnectEnvironment` takes them; without it the default ones hold, with one hyphen or with two",
    },
  },
  checkResource({ type, name, props }, settings) {
    const named = namedThings.get(type);
    const text = textOf(props[named?.property ?? ""]);
    // An id, where a secret is named by that, tells no name.
    if (named === undefined || text === undefined || /^(arn|age):/.test(text)) return [];
    const isKnown = conventionsOf(settings).some((convention) =>
      named.kinds.some((kind) => convention.parse(kind, text) !== undefined),
    );
    return findingIf(
      !isKnown,
      `\`${named.property}\` of ${name} is none that the convention makes.`,
    );
  },
};

function conventionsOf({ templates }: Settings): readonly Convention[] {
  // The engine has checked it against the schema above; the convention checks the templates.
  return templates === undefined
    ? defaults
    : [createConvention(templates as Partial<ConventionTemplates>)];
}

const defaults = [createConvention(), createConvention(doubleHyphenTemplates)];

const namedThings: ReadonlyMap<
  string,
  { readonly property: string; readonly kinds: readonly (keyof ConventionTemplates)[] }
> = new Map([
  [ownType("Vault"), { property: "title", kinds: ["vault"] }],
  [ownType("ConnectServer"), { property: "name", kinds: ["server"] }],
  [ownType("ConnectToken"), { property: "name", kinds: ["token"] }],
  [ownType("CredentialSecret"), { property: "name", kinds: ["credentialsSecret", "tokenSecret"] }],
  [ownType("ServiceAccountToken"), { property: "secret", kinds: ["tokenSecret"] }],
  [
    ownType("ClusterSecret"),
    { property: "name", kinds: ["clusterCredentialsSecret", "clusterTokenSecret"] },
  ],
]);
