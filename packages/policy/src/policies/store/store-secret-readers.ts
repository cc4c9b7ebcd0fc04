import { unknown } from "../../rule/known.ts";
import { findingIf, type ResourceRule } from "../../rule/rule.ts";
import { ownType } from "../own-types.ts";
import { secretsManagerSettings } from "./settings-of.ts";

/** Without a resource policy every administrator of the account reads the credentials. */
export const storeSecretReaders: ResourceRule = {
  name: "store-secret-readers",
  description: "A resource policy says who may read a secret of the credential store.",
  looksAt: "`readers` of the store in AWS Secrets Manager",
  fix: "List under `store.readers` the roles that read: all others are then denied, whatever IAM allows them.",
  level: "advisory",
  ofType: ownType("CredentialSecret"),
  checkResource(resource) {
    const settings = secretsManagerSettings(resource);
    if (settings === undefined) return [];
    const { readers } = settings;
    const isRestricted = readers === unknown || (Array.isArray(readers) && readers.length > 0);
    return findingIf(!isRestricted, `IAM alone decides who reads the secret ${resource.name}.`);
  },
};
