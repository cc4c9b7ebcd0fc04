import { ConnectError } from "@opconnect/core";
import type { OpPerson } from "../op/identity.ts";
import { attempt } from "./attempt.ts";
import type { PreflightSystems } from "./preflight-environment.ts";
import type { PreflightResult } from "./preflight-result.ts";

/** Whether a person is signed in, and who. */
export interface SignIn {
  readonly result: PreflightResult;
  readonly person?: OpPerson;
}

/** Is a person signed in? Asks by a command that lets the desktop app sign in. */
export async function checkSignIn({ op }: PreflightSystems): Promise<SignIn> {
  let person: OpPerson | undefined;
  const result = await attempt({ check: "op-sign-in" }, async () => {
    const me = await op.getMe();
    if (me.type === "SERVICE_ACCOUNT") {
      throw new ConnectError(
        "OP_CANNOT_MINT",
        `\`op\` acts as the service account ${me.name}.`,
        "Sign in as a person: service accounts cannot create Connect servers and tokens.",
      );
    }
    person = me;
    return { status: "ok", happened: `Signed in as ${me.email ?? me.name}.` };
  });
  return person === undefined ? { result } : { result, person };
}
