import type { ConnectErrorCode } from "@opconnect/core";

/** Why `pulumi` failed, in words of ours: its own may hold what is secret. */
export interface PulumiFailure {
  readonly code: ConnectErrorCode;
  readonly happened: string;
  readonly remedy: string;
}

/**
 * What is known of a failure by what `pulumi` printed to standard error.
 * @param what What failed, as the start of a sentence.
 */
export function pulumiFailure(stderr: string, what: string): PulumiFailure {
  const found = known.find(({ text }) => text.test(stderr));
  if (found === undefined) {
    return {
      code: "PULUMI_FAILED",
      happened: `${what} failed.`,
      remedy: "Run the same for one stack by hand to see what `pulumi` says.",
    };
  }
  return { code: found.code, happened: `${what} failed: ${found.reason}.`, remedy: found.remedy };
}

const known: readonly {
  readonly text: RegExp;
  readonly code: ConnectErrorCode;
  readonly reason: string;
  readonly remedy: string;
}[] = [
  {
    text: /passphrase must be set|incorrect passphrase|decrypt.*passphrase|unable to find either `?PULUMI_CONFIG_PASSPHRASE|could not read passphrase/i,
    code: "PULUMI_PASSPHRASE_MISSING",
    reason: "its secrets cannot be read",
    remedy:
      "Set `PULUMI_CONFIG_PASSPHRASE`, or `PULUMI_CONFIG_PASSPHRASE_FILE`, to the stack's own passphrase.",
  },
  {
    text: /the stack is currently locked by|another update is currently in progress/i,
    code: "PULUMI_STACK_LOCKED",
    reason: "an update of the stack runs, or left its lock",
    remedy: "Wait for it; if it was killed, run `pulumi cancel`.",
  },
  {
    text: /PULUMI_ACCESS_TOKEN must be set|not logged in|please (?:run )?.?pulumi login|invalid access token|\b401\b.*unauthorized/i,
    code: "PULUMI_BACKEND_UNREACHABLE",
    reason: "nobody is logged in to the backend",
    remedy: "Run `pulumi login`, or set `PULUMI_ACCESS_TOKEN` or `PULUMI_BACKEND_URL`.",
  },
  {
    text: /dial tcp|connection refused|no such host|i\/o timeout|context deadline exceeded|TLS handshake|EOF$|blob \(key|unable to open bucket|problem logging in|could not list (?:stacks|bucket)|\b50[234]\b/im,
    code: "PULUMI_BACKEND_UNREACHABLE",
    reason: "the backend cannot be reached",
    remedy: "Look whether it can be reached from here: `pulumi whoami --verbose`.",
  },
  {
    text: /no stack named|stack '.*' not found/i,
    code: "STACK_NOT_FOUND",
    reason: "the backend has no such stack",
    remedy: "Make it with `pulumi stack init`, or log in to the backend that has it.",
  },
  {
    text: /validating stack config/i,
    code: "PULUMI_FAILED",
    reason: "its configuration is not what `Pulumi.yaml` declares",
    remedy: "Run `pulumi preview` for the stack by hand: it names the key.",
  },
];
