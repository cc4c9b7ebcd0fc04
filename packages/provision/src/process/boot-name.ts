import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { orNothing } from "./or-nothing.ts";

let known: string | undefined;

/**
 * Names this machine since its start: two machines may have one host name. Empty where the system
 * tells nothing of the kind; then nobody can say of a process that it was one of this machine.
 */
export function bootName(): string {
  known ??= lookUp();
  return known;
}

function lookUp(): string {
  if (process.platform === "linux") {
    // The first is random and new at each start; where it is hidden, the second names the machine.
    return read("/proc/sys/kernel/random/boot_id") || read("/etc/machine-id");
  }
  if (process.platform === "darwin") {
    return output("/usr/sbin/sysctl", ["-n", "kern.bootsessionuuid"]);
  }
  if (process.platform === "win32") return valuesInRegistry().join("\n");
  return read("/etc/hostid");
}

/** The machine, and the number of its start. */
function valuesInRegistry(): readonly string[] {
  const reg = join(process.env.SystemRoot ?? "C:\\Windows", "System32", "reg.exe");
  const ask = (key: string, name: string) =>
    /REG_\w+\s+(\S+)/.exec(output(reg, ["query", `HKLM\\${key}`, "/v", name]))?.[1] ?? "";
  const prefetching =
    "SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Memory Management\\PrefetchParameters";
  return [ask("SOFTWARE\\Microsoft\\Cryptography", "MachineGuid"), ask(prefetching, "BootId")];
}

function output(program: string, words: readonly string[]): string {
  const options = { encoding: "utf8", stdio: "pipe", timeout: 5_000 } as const;
  return orNothing(() => execFileSync(program, words, options));
}

function read(path: string): string {
  return orNothing(() => readFileSync(path, "utf8"));
}
