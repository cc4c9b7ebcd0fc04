import { z } from "zod";
import type { OpJson } from "./op-json.ts";
import { lastLine, unexpectedOutput } from "./op-output.ts";
import type { OpCommand, OpRun } from "./run-op.ts";

/** The commands that tell what `op` this is, and as whom it acts. */
export interface OpIdentity {
  /** Version of `op`, e.g. `"2.39.0"`. Needs nobody to be signed in. */
  version(): Promise<string>;
  /** The person signed in. Signs in where the desktop app can do that. */
  getMe(): Promise<OpPerson>;
  /** The account signed in to. Never signs in, so `getMe` goes first. */
  whoami(): Promise<OpAccount>;
}

/** A person, or a service account. */
export interface OpPerson {
  readonly id: string;
  readonly name: string;
  readonly email?: string | undefined;
  /** `"MEMBER"`, `"GUEST"` or `"SERVICE_ACCOUNT"`. */
  readonly type: string;
}

/** An account. */
export interface OpAccount {
  /** Id: 26 letters and digits, upper-case. */
  readonly id: string;
  /** Sign-in address, e.g. `"acme.1password.com"`. */
  readonly url: string;
}

/** The commands about the `op` that `run` and `json` start, and whoever is signed in to it. */
export function createOpIdentity(run: OpRun, json: OpJson): OpIdentity {
  return {
    async version() {
      const command: OpCommand = { args: ["--version"], purpose: "tell its version" };
      const version = lastLine(await run(command));
      if (/^\d+\.\d+/.test(version)) return version;
      throw unexpectedOutput(command, "no version number", version);
    },

    getMe: () => json({ args: ["user", "get", "--me"], purpose: "tell who is signed in" }, person),

    whoami: () =>
      json({ args: ["whoami"], purpose: "tell which account is signed in to" }, account),
  };
}

const person = z.object({
  id: z.string().min(1),
  name: z.string(),
  email: z.string().optional(),
  type: z.string(),
});

const account = z
  .object({ account_uuid: z.string().min(1), url: z.string() })
  .transform(({ account_uuid, url }) => ({ id: account_uuid, url: withoutScheme(url) }));

function withoutScheme(url: string): string {
  return url.replace(/^https?:\/\//, "").replace(/\/$/, "");
}
