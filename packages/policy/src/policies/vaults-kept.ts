import { findingIf, type ResourceRule } from "../rule/rule.ts";
import { ownType } from "./own-types.ts";

/** A vault holds people's secrets, which no deployment brings back. */
export const vaultsKept: ResourceRule = {
  name: "vaults-kept",
  description: "The vaults of an environment outlive it.",
  looksAt: "`deleteWithEnvironment` of vaults",
  fix: "Leave `deleteWithEnvironment` out, and delete the vault by hand once nobody needs it.",
  level: "mandatory",
  ofType: ownType("Vault"),
  checkResource({ name, props }) {
    const isDeleted = props.deleteWithEnvironment === true || props.evenIfNotEmpty === true;
    return findingIf(isDeleted, `The vault ${name} is deleted with its environment.`);
  },
};
