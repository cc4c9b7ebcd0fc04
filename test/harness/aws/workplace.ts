import { mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import type { RigAccess } from "../rig-access.ts";

/** What an engineer's shell is like: a home with `~/.aws/config`, and commands on PATH. */
export interface Workplace {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs a command there, with changed environment variables and a standard input if any. */
  run(
    command: readonly string[],
    env?: Readonly<Record<string, string>>,
    input?: string,
  ): Promise<Answer>;
}

/** What a command left behind. */
export interface Answer {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface WorkplaceArgs {
  /** Unique among the workplaces of a rig. */
  readonly name: string;
  /** Folders that come first on PATH. */
  readonly bins: readonly string[];
  /** Variables by which programs find AWS. */
  readonly awsEnv: Readonly<Record<string, string>>;
  /**
   * Line of the profile `default`.
   * @default - there is no `~/.aws/config`
   */
  readonly credentialProcess?: string;
}

/** Makes a home in the rig's folder. Nothing of AWS is set in its environment but where it is. */
export async function createWorkplace(rig: RigAccess, args: WorkplaceArgs): Promise<Workplace> {
  const home = join(rig.dir, "homes", args.name);
  await mkdir(join(home, ".aws"), { recursive: true });
  if (args.credentialProcess !== undefined) {
    await writeFile(join(home, ".aws/config"), awsConfig(args.credentialProcess));
  }
  const kept = Object.entries(rig.env).filter(([name]) => !/^(AWS|PULUMI|HELM|KUBE)/.test(name));
  const env = {
    ...Object.fromEntries(kept),
    HOME: home,
    PATH: [...args.bins, rig.env.PATH].join(delimiter),
    ...args.awsEnv,
    AWS_EC2_METADATA_DISABLED: "true",
  };
  const run: Workplace["run"] = async ([command = "", ...words], more = {}, input) => {
    const { exitCode, stdout, stderr } = await execa(command, words, {
      env: { ...env, ...more },
      extendEnv: false,
      cwd: home,
      reject: false,
      ...(input === undefined ? { stdin: "ignore" } : { input }),
    });
    return { exitCode, stdout, stderr };
  };
  return { home, env, run };
}

/** As the documentation prints it. */
function awsConfig(credentialProcess: string): string {
  return `[default]
region = eu-central-1
credential_process = ${credentialProcess}

[profile acme-prod]
region = eu-central-1
role_arn = arn:aws:iam::999999999999:role/Deploy
source_profile = default
`;
}
