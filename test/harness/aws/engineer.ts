import { join } from "node:path";
import type { ReportProgress } from "../../rig/progress.ts";
import type { RigAccess } from "../rig-access.ts";
import { type ConsumerTools, installConsumerTools } from "./consumer-tools.ts";
import { installCommand } from "./install-command.ts";
import { type MfaUser, makeVault, newMfaUser, typeAccessKey, vaultName } from "./mfa-user.ts";
import type { ItemNames } from "./op-calls.ts";
import { type StsGateway, startStsGateway } from "./sts-gateway.ts";
import { createWorkplace, type Workplace } from "./workplace.ts";

/** An engineer with a laptop, 1Password, an account at AWS, and the command installed. */
export interface Engineer {
  readonly gateway: StsGateway;
  readonly tools: ConsumerTools;
  readonly workplace: Workplace;
  /** Where npm put the command, and what it uses. */
  readonly modules: string;
  /** A home whose profile names another item, or that has no profile. */
  anotherHome(name: string, title?: string): Promise<Workplace>;
  /** A user at AWS, and the item with their keys. */
  newUser(title: string): Promise<{ readonly user: MfaUser; readonly item: ItemNames }>;
  stop(): Promise<void>;
}

/** The title of the documentation's example. */
export const documentedTitle = "AWS Access Key";

/** Installs everything, once per rig. The profile is that of the documentation. */
export async function setUpEngineer(rig: RigAccess, progress: ReportProgress): Promise<Engineer> {
  const tools = await installConsumerTools(join(rig.dir, "consumers"), progress);
  const { bin, modules } = await installCommand(join(rig.dir, "opconnect"));
  await makeVault(rig);
  const gateway = await startStsGateway(rig);
  const anotherHome = (name: string, title?: string) => {
    const line = `opconnect aws-credentials --item "${title}" --vault ${vaultName}`;
    return createWorkplace(rig, {
      name,
      bins: [bin, tools.bin],
      awsEnv: gateway.env,
      ...(title === undefined ? {} : { credentialProcess: line }),
    });
  };
  return {
    gateway,
    tools,
    modules,
    workplace: await anotherHome("engineer", documentedTitle),
    anotherHome,
    async newUser(title) {
      const user = newMfaUser();
      gateway.addUser(user);
      return { user, item: await typeAccessKey(rig, user, title) };
    },
    stop: () => gateway.stop(),
  };
}

/** The command as a profile starts it. */
export function helper(title: string, ...words: readonly string[]): readonly string[] {
  return ["opconnect", "aws-credentials", "--item", title, "--vault", vaultName, ...words];
}

/** The home-made script for the same item. */
export function homeMadeScript(title: string): readonly string[] {
  return [join(import.meta.dirname, "session-cache.sh"), title];
}
