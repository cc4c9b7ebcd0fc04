import { isGiven } from "../../rule/known.ts";
import { findingIf, type ResourceRule } from "../../rule/rule.ts";
import { ownType } from "../own-types.ts";
import { secretsManagerSettings } from "./settings-of.ts";

/** Whoever may read a secret of the account can decrypt with the account's default key. */
export const storeSecretOwnKey: ResourceRule = {
  name: "store-secret-own-key",
  description: "Secrets of the credential store are encrypted with a key of their own.",
  looksAt: "`kmsKeyId` of the store in AWS Secrets Manager",
  fix: "Set `store.kmsKeyId` to a key whose policy names who may decrypt.",
  level: "advisory",
  ofType: ownType("CredentialSecret"),
  checkResource(resource) {
    const settings = secretsManagerSettings(resource);
    if (settings === undefined) return [];
    const { kmsKeyId } = settings;
    const isDefault = typeof kmsKeyId === "string" && /(^|\/)aws\/secretsmanager$/.test(kmsKeyId);
    return findingIf(
      !isGiven(kmsKeyId) || isDefault,
      `The secret ${resource.name} is encrypted with the account's default key.`,
    );
  },
};
