import { homedir } from "node:os";

/** The home folder; `undefined` of a user who has none, as in containers: no HOME, no passwd entry. */
export function homeFolder(env: NodeJS.ProcessEnv): string | undefined {
  const given = env.HOME || env.USERPROFILE;
  if (given) return given;
  try {
    return homedir();
  } catch {
    return undefined;
  }
}
