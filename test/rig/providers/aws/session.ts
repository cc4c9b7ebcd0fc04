import { SecretsManager, type SecretsManagerClientConfig } from "@aws-sdk/client-secrets-manager";
import {
  isList,
  isMap,
  type PropertyMap,
  type PropertyValue,
  propertyAt,
  textAt,
} from "../property-value.ts";

/** The provider's settings, and the way to Secrets Manager. */
export interface AwsSession {
  /** Region of resources that name none. */
  readonly region: string;
  /** Tags that every resource gets. */
  readonly defaultTags: PropertyMap;
  /** Whether a tag is somebody else's business. */
  isIgnoredTag(key: string): boolean;
  /** A client for a region. */
  secretsManager(region: string): SecretsManager;
  readonly cancelled: AbortSignal;
}

/**
 * Reads the settings that matter here; the others of the real provider are accepted. Endpoint and
 * credentials come from the environment where the settings are silent.
 */
export function openSession(
  settings: Readonly<Record<string, string>>,
  cancelled: AbortSignal,
): AwsSession {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const options = clientOptions(settings);
  const clients = new Map<string, SecretsManager>();
  const defaultTags = propertyAt(parseSetting(settings.defaultTags), "tags");
  const ignored = parseSetting(settings.ignoreTags);
  const ignoredKeys = listAt(ignored, "keys");
  const ignoredPrefixes = listAt(ignored, "keyPrefixes").map(String);
  return {
    region: settings.region || AWS_REGION || AWS_DEFAULT_REGION || "",
    defaultTags: isMap(defaultTags) ? defaultTags : {},
    isIgnoredTag: (key) =>
      ignoredKeys.includes(key) || ignoredPrefixes.some((prefix) => key.startsWith(prefix)),
    secretsManager(region) {
      if (region === "") throw new Error("The aws provider has no region: set `aws:region`.");
      const client = clients.get(region) ?? new SecretsManager({ ...options, region });
      clients.set(region, client);
      return client;
    },
    cancelled,
  };
}

/** What AWS calls an error, e.g. `ResourceNotFoundException`. */
export function awsErrorName(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

/** Runs an AWS operation; a failure says what was done and to what. */
export async function attempt<Result>(what: string, operation: Promise<Result>): Promise<Result> {
  try {
    return await operation;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`${what}: ${awsErrorName(error)}: ${message}`);
  }
}

function clientOptions(settings: Readonly<Record<string, string>>): SecretsManagerClientConfig {
  const { profile, accessKey, secretKey, token } = settings;
  const endpoint = textAt(parseSetting(settings.endpoints), "secretsmanager");
  const credentials = {
    accessKeyId: accessKey ?? "",
    secretAccessKey: secretKey ?? "",
    ...(token && { sessionToken: token }),
  };
  return {
    ...(profile && { profile }),
    ...(endpoint && { endpoint }),
    ...(accessKey && { credentials }),
  };
}

/** Settings that are more than text arrive as JSON; of a list of blocks the first counts. */
function parseSetting(text: string | undefined): PropertyValue {
  if (!text) return {};
  const setting: PropertyValue = JSON.parse(text);
  return isList(setting) ? (setting[0] ?? {}) : setting;
}

function listAt(value: PropertyValue, name: string): readonly PropertyValue[] {
  const list = propertyAt(value, name);
  return isList(list) ? list : [];
}
