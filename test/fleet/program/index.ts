import { Config, type Output, secret } from "@pulumi/pulumi";
import { fail } from "./lib/fail";
import { make } from "./lib/make";
import type { Declared } from "./lib/spec";

const declared = new Config().requireObject<Declared>("declared");
const made = make(declared.resources);
fail(declared.fail);

export const outputs: Record<string, Output<unknown> | unknown> = {
  ...declared.outputs,
  ...(declared.secretOutput !== undefined && { hidden: secret(declared.secretOutput) }),
  ...(declared.fail === "wait" && { late: new Promise((end) => setTimeout(end, 600_000)) }),
  ...(declared.outputOf !== undefined && { of: made.get(declared.outputOf)?.id }),
};
