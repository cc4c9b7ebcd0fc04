import { flushCompileCache } from "node:module";
import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies.ts";

/** What `pulumi preview --policy-pack node_modules/@opconnect/policy` starts. */
new PolicyPack("opconnect", { policies: [...policies] });

// Node.js writes its compile cache, where `NODE_COMPILE_CACHE` names one, when a process ends in order.
// The engine kills a pack: nothing would be kept of what takes most of its start.
setImmediate(flushCompileCache);
