import { ConnectError } from "@opconnect/core";
import type { StackEnvironment, StackMinted } from "@opconnect/fleet";

export interface RotationTarget extends StackMinted {
  /** Who uses the token. */
  readonly consumer?: string;
  /** Whether it is replaced only since its server is. */
  readonly follows: boolean;
}

export interface RotationChoice {
  readonly stack: string;
  readonly server?: boolean | undefined;
  /** Consumer or name of a token. */
  readonly token?: string | undefined;
}

/**
 * Decides what is replaced: every token, one token, or the servers with all their tokens.
 * @throws `ARGUMENT_INVALID` if both are chosen, `PULUMI_STACK_UNSUITED` if there is none of those
 * chosen.
 */
export function rotationTargets(
  environment: StackEnvironment,
  { stack, server = false, token }: RotationChoice,
): readonly RotationTarget[] {
  if (server && token !== undefined) {
    throw new ConnectError(
      "ARGUMENT_INVALID",
      "Both --server and --token are given, and a new server takes new tokens anyway.",
      "Leave out one of them.",
    );
  }
  const tokens = environment.tokens
    .filter(({ consumer, name }) => token === undefined || token === consumer || token === name)
    .map((each) => ({ ...each, follows: server }));
  const servers = server ? environment.servers.map((each) => ({ ...each, follows: false })) : [];
  const targets = [...servers, ...tokens];
  if (targets.some(({ follows }) => !follows)) return targets;
  const { accountTokens } = environment;
  if (environment.tokens.length + environment.servers.length === 0 && accountTokens.length > 0) {
    throw notMinted(stack, accountTokens);
  }
  const consumers = environment.tokens.map(({ consumer }) => `"${consumer}"`);
  throw new ConnectError(
    "PULUMI_STACK_UNSUITED",
    server ? `The stack ${stack} has no Connect server.` : noToken(stack, token),
    consumers.length === 0 ? "Make one with `tokens`." : `Use one of ${consumers.join(", ")}.`,
  );
}

/** What nobody minted is replaced by whoever made it. */
function notMinted(stack: string, tokens: StackEnvironment["accountTokens"]): ConnectError {
  const secrets = tokens.map(({ secret }) => secret).join(", ");
  return new ConnectError(
    "PULUMI_STACK_UNSUITED",
    `The stack ${stack} has no Connect token, but that of a service account, which opconnect does not make.`,
    `An admin makes another service account, and puts its token into ${secrets}; then run \`pulumi up --stack ${stack}\`, and delete the old one.`,
  );
}

function noToken(stack: string, token: string | undefined): string {
  const whose = token === undefined ? "" : ` for "${token}"`;
  return `The stack ${stack} has no Connect token${whose}.`;
}
