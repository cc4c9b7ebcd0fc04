import { z } from "zod";
import type { OpCall } from "./run/call.ts";
import { lastLine, unexpectedOutput } from "./run/output.ts";
import type { OpRunner } from "./run/runner.ts";

/** A person, or a service account. */
export type OpPerson = z.infer<typeof person>;

/** An account: its id, upper-case, and its sign-in address, e.g. `"acme.1password.com"`. */
export type OpAccount = z.infer<typeof account>;

/** The commands that tell what `op` this is, and as whom it acts. */
export function identityCommands({ run, json }: OpRunner) {
  return {
    /** Version of `op`, e.g. `"2.39.0"`. Needs no sign-in. */
    async version(): Promise<string> {
      const call: OpCall = { args: ["--version"], purpose: "tell its version" };
      const version = lastLine(await run(call));
      if (/^\d+\.\d+/.test(version)) return version;
      throw unexpectedOutput(call, "no version number", version);
    },

    /** The person signed in. Signs in where the desktop app can do that. */
    getMe: (): Promise<OpPerson> =>
      json({ args: ["user", "get", "--me"], purpose: "tell who is signed in" }, person),

    /** The account signed in to. Never signs in, so `getMe` goes first. */
    whoami: (): Promise<OpAccount> =>
      json({ args: ["whoami"], purpose: "tell which account is signed in to" }, account),
  };
}

const person = z.object({
  id: z.string().min(1),
  name: z.string(),
  email: z.string().optional(),
  /** `"MEMBER"`, `"GUEST"` or `"SERVICE_ACCOUNT"`. */
  type: z.string(),
});

const account = z
  .object({ account_uuid: z.string().min(1), url: z.string() })
  .transform(({ account_uuid, url }) => ({
    id: account_uuid,
    url: url.replace(/^https?:\/\//, "").replace(/\/$/, ""),
  }));
