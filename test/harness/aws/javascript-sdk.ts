import { ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromProcess } from "@aws-sdk/credential-providers";

/**
 * A program with the AWS SDK for JavaScript v3, which takes its credentials from the chain that every
 * such program has, or from the process alone. Prints what it found out about itself.
 */
const options = process.argv[2] === "process" ? { credentials: fromProcess() } : {};
const { Arn: arn } = await new STSClient(options).send(new GetCallerIdentityCommand());
const client = new SecretsManagerClient(options);
const { SecretList = [] } = await client.send(new ListSecretsCommand());
const { accessKeyId: keyId } = await client.config.credentials();
process.stdout.write(JSON.stringify({ arn, keyId, secrets: SecretList.length }));
