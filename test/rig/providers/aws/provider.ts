import type { Provider } from "../provider.ts";
import type { AwsResource } from "./aws-resource.ts";
import { secret } from "./secret.ts";
import { secretPolicy } from "./secret-policy.ts";
import { type AwsSession, openSession } from "./session.ts";

/** AWS, as far as credentials are kept in it: Secrets Manager. */
export function createAwsProvider(cancelled: AbortSignal): Provider {
  let opened: AwsSession | undefined;
  const session = (): AwsSession => {
    if (opened) return opened;
    throw new Error("The engine has not configured the provider.");
  };
  return {
    // A region or account that changes moves nothing: resources name their own.
    diffConfig: () => [],
    async configure(settings) {
      opened = openSession(settings, cancelled);
    },
    check: async (request) => resourceOf(request.type).check(request, session()),
    diff: async (request) => resourceOf(request.type).diff(request),
    create: async (request) => resourceOf(request.type).create(request, session()),
    read: async (request) => resourceOf(request.type).read(request, session()),
    update: async (request) => resourceOf(request.type).update(request, session()),
    delete: async (request) => resourceOf(request.type).delete(request, session()),
  };
}

function resourceOf(type: string): AwsResource {
  const resource = resources.get(type);
  if (resource) return resource;
  throw new Error(`The stand-in aws provider has no ${type}.`);
}

const resources = new Map<string, AwsResource>([
  ["aws:secretsmanager/secret:Secret", secret],
  ["aws:secretsmanager/secretPolicy:SecretPolicy", secretPolicy],
]);
