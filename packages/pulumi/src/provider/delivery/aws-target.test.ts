import { expect, onTestFinished, test, vi } from "vitest";
import { startSecretsManager } from "../../../../provision/fixtures/fakes/secrets-manager.ts";
import { awsTarget } from "./aws-target.ts";

const name = "acme/prod/mailer";

test("a name that was freed as the refusal says holds nothing after the resource", async () => {
  const aws = await startSecretsManager();
  onTestFinished(() => aws.close());
  vi.stubEnv("AWS_ENDPOINT_URL", aws.url);
  for (const each of ["ACCESS_KEY_ID", "SECRET_ACCESS_KEY"]) vi.stubEnv(`AWS_${each}`, "fixture");
  onTestFinished(() => void vi.unstubAllEnvs());
  const ask = async (action: string, body: object) => {
    const headers = { "x-amz-target": `secretsmanager.${action}` };
    const init = { method: "POST", headers, body: JSON.stringify({ ...body, SecretId: name }) };
    expect((await fetch(aws.url, init)).status).toBe(200);
  };
  const store = { kind: "secrets-manager" as const, region: "eu-central-1" };
  const target = awsTarget({ kind: "secretsManager", store, name, tags: {} });

  await ask("CreateSecret", { Name: name });
  expect(await target.look("urn:delivered", false)).toBe("another's");
  await ask("DeleteSecret", { RecoveryWindowInDays: 30 });
  expect(await target.look("urn:delivered", false)).toBe("nothing");
  const delivery = { value: "fixture", version: "fixture@1", holder: "urn:delivered" };
  const told = await target.deliver(delivery);
  await target.remove({ ...delivery, ...told });
  expect([...aws.secrets.values()].map(({ isDeleted }) => isDeleted)).toEqual([true]);
});
