import { spawnSync } from "node:child_process";

/**
 * Command line, up to the program, that gives a container mount and PID namespaces of its own and
 * ties its life to this process: `setpriv` kills `unshare` when the thread that started it is gone,
 * whatever ended it, `unshare` then kills the first process of the PID namespace, and that takes all
 * others with it.
 * @throws an Error with the remedy where this machine allows no namespaces.
 */
export function findIsolation(): readonly string[] {
  const own = process.getuid?.() === 0 ? [[], ["--map-root-user"]] : [["--map-root-user"]];
  for (const user of own) {
    // A container engine may forbid to mount /proc anew: then pods see the processes of the machine.
    for (const proc of [["--mount-proc"], []]) {
      const command = [...TIED_TO_PARENT, "unshare", ...user, ...NAMESPACES, ...proc];
      const [program = "", ...args] = command;
      const trial = spawnSync(program, [...args, "mount", "-n", "-t", "tmpfs", "trial", "/mnt"]);
      if (trial.status === 0) return command;
    }
  }
  throw new Error(
    "Pods need mount namespaces, and this machine allows none. Run as root with CAP_SYS_ADMIN (for" +
      " docker: --privileged), or allow user namespaces (sysctl kernel.unprivileged_userns_clone=1," +
      " kernel.apparmor_restrict_unprivileged_userns=0).",
  );
}

const TIED_TO_PARENT = ["setpriv", "--pdeathsig", "KILL"];
const NAMESPACES = ["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"];
