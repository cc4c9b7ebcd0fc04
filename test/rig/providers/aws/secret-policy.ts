import { copySecretMarks, type PropertyMap, textAt, withoutSecrets } from "../property-value.ts";
import type {
  CreateRequest,
  CreateResult,
  DeleteRequest,
  ReadRequest,
  ReadResult,
  UpdateRequest,
} from "../provider.ts";
import type { AwsResource } from "./aws-resource.ts";
import { diffInputs, isSameDocument } from "./diff-inputs.ts";
import { deletePolicy, putPolicy, readPolicy } from "./resource-policy.ts";
import type { AwsSession } from "./session.ts";

/**
 * The resource policy of a secret, whose id is the secret's ARN.
 * @see https://www.pulumi.com/registry/packages/aws/api-docs/secretsmanager/secretpolicy/
 */
export const secretPolicy: AwsResource = {
  check: ({ inputs }, session) => ({ inputs: { region: session.region, ...inputs } }),
  diff: (request) =>
    diffInputs(request, { replacedBy: ["secretArn", "region"], documents: ["policy"] }),
  create: createPolicy,
  read: readSecretPolicy,
  update: updatePolicy,
  delete: removePolicy,
};

async function createPolicy(request: CreateRequest, session: AwsSession): Promise<CreateResult> {
  if (request.preview) return { id: "", state: { ...request.inputs } };
  const inputs = withoutSecrets(request.inputs);
  const arn = textAt(inputs, "secretArn") ?? "";
  await write(arn, inputs, session);
  return { id: arn, state: request.inputs };
}

async function readSecretPolicy(request: ReadRequest, session: AwsSession): Promise<ReadResult> {
  const policy = await readPolicy(managerOf(withoutSecrets(request.state), session), request.id);
  if (policy === "") return undefined;
  const old = withoutSecrets(request.inputs);
  const isSame = isSameDocument(old.policy ?? "", policy);
  const inputs = {
    region: session.region,
    ...old,
    secretArn: request.id,
    policy: isSame ? (old.policy ?? "") : policy,
  };
  const marked = copySecretMarks(inputs, request.inputs);
  return { id: request.id, inputs: marked, state: marked };
}

async function updatePolicy(request: UpdateRequest, session: AwsSession): Promise<PropertyMap> {
  if (!request.preview) await write(request.id, withoutSecrets(request.inputs), session);
  return request.inputs;
}

async function removePolicy(request: DeleteRequest, session: AwsSession): Promise<void> {
  await deletePolicy(managerOf(withoutSecrets(request.state), session), request.id);
}

async function write(arn: string, inputs: PropertyMap, session: AwsSession): Promise<void> {
  const policy = textAt(inputs, "policy") ?? "";
  await putPolicy(managerOf(inputs, session), arn, policy, inputs.blockPublicPolicy === true);
}

function managerOf(properties: PropertyMap, session: AwsSession) {
  return session.secretsManager(textAt(properties, "region") || session.region);
}
