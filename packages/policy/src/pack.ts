import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies.ts";

/** What `pulumi preview --policy-pack node_modules/@opconnect/policy` starts. */
new PolicyPack("opconnect", { policies: [...policies] });
