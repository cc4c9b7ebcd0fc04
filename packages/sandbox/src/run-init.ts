import { parseArgs } from "node:util";
import { createSandboxAccount } from "./account/create-account.ts";

/** `opconnect-sandbox init`: makes the account and says how to use it. */
export async function runInit(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const home = env.OPCONNECT_SANDBOX_HOME;
  if (!home)
    throw new Error("Set OPCONNECT_SANDBOX_HOME to the folder that the account shall have.");
  const { values } = parseArgs({ args: [...argv], options: { owner: { type: "string" } } });
  const owner =
    values.owner === undefined ? {} : { owner: { name: values.owner, email: values.owner } };
  const account = await createSandboxAccount(home, owner);
  process.stdout.write(`Made account ${account.accountId} in ${account.home}.\n`);
  return 0;
}
