import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { CreateSecretRequest, SecretsManager } from "@aws-sdk/client-secrets-manager";
import {
  copySecretMarks,
  isMap,
  type PropertyMap,
  type PropertyValue,
  textAt,
  unknownValue,
  withoutSecrets,
} from "../property-value.ts";
import {
  type CreateRequest,
  type CreateResult,
  type DeleteRequest,
  type ReadRequest,
  type ReadResult,
  ResourceNotReady,
  type UpdateRequest,
} from "../provider.ts";
import type { AwsResource } from "./aws-resource.ts";
import { diffInputs, isSameDocument } from "./diff-inputs.ts";
import { putPolicy, readPolicy } from "./resource-policy.ts";
import { checkSecret } from "./secret-inputs.ts";
import { type AwsSession, attempt, awsErrorName } from "./session.ts";
import { fromTagList, ownTags, toTagList, updateTags } from "./tags.ts";

/**
 * A Secrets Manager secret without its value, whose id is its ARN.
 * @see https://www.pulumi.com/registry/packages/aws/api-docs/secretsmanager/secret/
 */
export const secret: AwsResource = {
  check: checkSecret,
  diff: (request) =>
    diffInputs(request, {
      replacedBy: ["name", "namePrefix", "region", "type"],
      documents: ["policy"],
      name: "name",
    }),
  create: createSecret,
  read: readSecret,
  update: updateSecret,
  delete: deleteSecret,
};

async function createSecret(request: CreateRequest, session: AwsSession): Promise<CreateResult> {
  const inputs = withoutSecrets(request.inputs);
  if (request.preview) {
    const computed = { arn: unknownValue, namePrefix: unknownValue, policy: unknownValue };
    return { id: "", state: stateOf({ ...computed, ...request.inputs }) };
  }
  const manager = managerOf(inputs, session);
  const name =
    textAt(inputs, "name") ?? `${textAt(inputs, "namePrefix")}${randomBytes(13).toString("hex")}`;
  const settings: CreateSecretRequest = {
    Name: name,
    ForceOverwriteReplicaSecret: inputs.forceOverwriteReplicaSecret === true,
    ...textSetting("Description", inputs.description),
    ...textSetting("KmsKeyId", inputs.kmsKeyId),
    ...textSetting("Type", inputs.type),
    Tags: toTagList(mapAt(inputs, "tagsAll")),
  };
  const creation = whileBeingDeleted(session, () => manager.createSecret(settings));
  const { ARN: arn = "" } = await attempt(`creating Secrets Manager Secret (${name})`, creation);
  const state = stateOf({ ...request.inputs, name, arn });
  if (inputs.policy) {
    await putPolicy(manager, arn, String(inputs.policy)).catch((error: Error) => {
      throw new ResourceNotReady(error.message, arn, state);
    });
  }
  return { id: arn, state };
}

async function readSecret(request: ReadRequest, session: AwsSession): Promise<ReadResult> {
  const manager = managerOf(withoutSecrets(request.state), session, request.id);
  const live = await describeSecret(manager, request.id);
  if (!live) return undefined;
  const known = Object.keys(request.inputs).length > 0 ? request.inputs : undefined;
  const oldInputs = withoutSecrets(known ?? { recoveryWindowInDays: 30 });
  const tags = ownTags(live.tags, oldInputs.tags, session);
  const policy = await readPolicy(manager, request.id);
  const found = {
    name: live.name,
    ...(live.description !== "" && { description: live.description }),
    ...(live.kmsKeyId !== "" && { kmsKeyId: live.kmsKeyId }),
    ...(Object.keys(tags).length > 0 && { tags }),
    tagsAll: live.tags,
  };
  const { description: _d, kmsKeyId: _k, tags: _t, policy: declared, ...kept } = oldInputs;
  const inputs = {
    forceOverwriteReplicaSecret: false,
    region: regionOf(request.id),
    ...kept,
    ...found,
    ...(declared !== undefined && { policy: isSameDocument(declared, policy) ? declared : policy }),
  };
  const marked = copySecretMarks(inputs, request.inputs);
  return { id: request.id, inputs: marked, state: stateOf({ ...marked, policy, arn: request.id }) };
}

async function updateSecret(request: UpdateRequest, session: AwsSession): Promise<PropertyMap> {
  const inputs = withoutSecrets(request.inputs);
  const old = withoutSecrets(request.oldState);
  const state = stateOf({
    ...request.inputs,
    arn: request.id,
    name: inputs.name ?? old.name ?? "",
  });
  if (request.preview) return state;
  const manager = managerOf(inputs, session, request.id);
  const [description, kmsKeyId] = ["description", "kmsKeyId"].map((name) => inputs[name] ?? "");
  if (description !== (old.description ?? "") || kmsKeyId !== (old.kmsKeyId ?? "")) {
    const change = {
      SecretId: request.id,
      Description: String(description),
      ...textSetting("KmsKeyId", kmsKeyId),
    };
    await attempt(`updating Secrets Manager Secret (${request.id})`, manager.updateSecret(change));
  }
  if (inputs.policy && !isSameDocument(inputs.policy, old.policy ?? "")) {
    await putPolicy(manager, request.id, String(inputs.policy));
  }
  const tags = { old: mapAt(old, "tagsAll"), wanted: mapAt(inputs, "tagsAll") };
  await updateTags(manager, request.id, tags);
  return state;
}

async function deleteSecret(request: DeleteRequest, session: AwsSession): Promise<void> {
  const state = withoutSecrets(request.state);
  const { recoveryWindowInDays: days } = state;
  const how =
    days === 0
      ? { ForceDeleteWithoutRecovery: true }
      : { RecoveryWindowInDays: typeof days === "number" ? days : 30 };
  const manager = managerOf(state, session, request.id);
  const deletion = manager
    .deleteSecret({ SecretId: request.id, ...how })
    .catch((error: unknown) => {
      if (awsErrorName(error) !== "ResourceNotFoundException") throw error;
    });
  await attempt(`deleting Secrets Manager Secret (${request.id})`, deletion);
}

/** All that the real provider keeps of a secret, whatever of it is set. */
function stateOf(known: PropertyMap): PropertyMap {
  const { __defaults: _, ...values } = known;
  return {
    description: "",
    forceOverwriteReplicaSecret: false,
    kmsKeyId: "",
    namePrefix: "",
    policy: "",
    recoveryWindowInDays: 30,
    replicas: [],
    ...values,
  };
}

async function describeSecret(manager: SecretsManager, arn: string) {
  const reading = manager.describeSecret({ SecretId: arn }).catch((error: unknown) => {
    if (awsErrorName(error) !== "ResourceNotFoundException") throw error;
  });
  const found = await attempt(`reading Secrets Manager Secret (${arn})`, reading);
  if (!found || found.DeletedDate) return undefined;
  const { Name: name = "", Description: description = "", KmsKeyId: kmsKeyId = "" } = found;
  return { name, description, kmsKeyId, tags: fromTagList(found.Tags) };
}

/** A secret deleted for good a moment ago still blocks its name. */
async function whileBeingDeleted<Result>(
  session: AwsSession,
  operation: () => Promise<Result>,
): Promise<Result> {
  const deadline = Date.now() + deletionLimitMs;
  for (;;) {
    try {
      return await operation();
    } catch (error) {
      const isBlocked = String(error).includes("scheduled for deletion");
      if (!isBlocked || Date.now() > deadline) throw error;
    }
    await sleep(retryMs, undefined, { signal: session.cancelled });
  }
}

function managerOf(properties: PropertyMap, session: AwsSession, arn?: string): SecretsManager {
  const region = textAt(properties, "region") || (arn && regionOf(arn)) || session.region;
  return session.secretsManager(region);
}

/** `arn:aws:secretsmanager:<region>:…` */
function regionOf(arn: string): string {
  return arn.split(":")[3] ?? "";
}

function textSetting<Name extends string>(name: Name, value: PropertyValue | undefined) {
  if (value === undefined || value === "") return {};
  return { [name]: String(value) };
}

function mapAt(properties: PropertyMap, name: string): PropertyMap {
  const value = properties[name];
  return isMap(value) ? value : {};
}

const deletionLimitMs = 10_000;
const retryMs = 1000;
