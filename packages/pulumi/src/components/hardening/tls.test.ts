import { createConvention } from "@opconnect/core";
import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { recordResources } from "../../../fixtures/recorder.ts";
import { checkArgs } from "../../input/check-args.ts";
import { chartValues } from "../chart-values.ts";
import {
  ConnectDeployment,
  type ConnectDeploymentArgs,
  deploymentSchema,
} from "../connect-deployment.ts";
import { requireTrust, trustCertificateOnly } from "./tls.ts";

const names = createConvention().names({ client: "acme", environment: "prod" });
const stored = { secretId: "secret", fingerprint: "f" };
const args: ConnectDeploymentArgs = {
  client: "acme",
  environment: "prod",
  credentials: stored,
  operatorToken: stored,
};

async function made(change: Partial<ConnectDeploymentArgs>) {
  let deployment: ConnectDeployment | undefined;
  const resources = await recordResources(() => {
    deployment = new ConnectDeployment("acme-prod", { ...args, ...change });
  });
  const known = (output: pulumi.Output<string> | undefined) =>
    new Promise<string | undefined>((resolve) => pulumi.output(output).apply(resolve));
  return {
    host: await known(deployment?.connectHost),
    certificate: await known(deployment?.connectCertificate),
    find: (kind: string) =>
      resources.filter(({ type }) => type.endsWith(`:${kind}`)).map(({ inputs }) => inputs),
  };
}

test("without a word from the user Connect is called without TLS", async () => {
  for (const change of [{}, { tls: false }]) {
    const { host, certificate, find } = await made(change);
    expect(host).toBe("http://acme-prod-connect.acme-prod-1password.svc:8080");
    expect(certificate).toBeUndefined();
    expect(find("MadeCertificate")).toEqual([]);
    expect(JSON.stringify(find("Chart"))).not.toContain("tls");
  }
});

test("a certificate of opconnect's holds for every name that Connect's Service has", async () => {
  const { host, certificate, find } = await made({ tls: true });
  expect(find("MadeCertificate")).toMatchObject([
    {
      namespace: "acme-prod-1password",
      name: "acme-prod-connect-tls",
      trust: "acme-prod-connect-trust",
      dnsNames: [
        "acme-prod-connect",
        "acme-prod-connect.acme-prod-1password",
        "acme-prod-connect.acme-prod-1password.svc",
        "acme-prod-connect.acme-prod-1password.svc.cluster.local",
      ],
    },
  ]);
  expect(find("Chart")[0]?.values).toMatchObject({
    connect: { tls: { enabled: true, secret: "acme-prod-connect-tls" } },
    operator: { tls: { trust: { secret: "acme-prod-connect-trust" } } },
  });
  expect(host).toBe("https://acme-prod-connect.acme-prod-1password.svc:8443");
  expect(certificate).toMatch(/^-----BEGIN CERTIFICATE-----/);
  const ports = find("NetworkPolicy").map(({ spec }) => Object(spec).ingress[0]?.ports);
  expect(ports).toContainEqual([{ protocol: "TCP", port: 8443 }]);
});

test("a certificate of somebody else's is served and trusted from the same Secret", async () => {
  const { find } = await made({ tls: { secret: "connect-tls" } });
  expect(find("MadeCertificate")).toEqual([]);
  expect(find("GivenCertificate")).toMatchObject([
    { namespace: "acme-prod-1password", name: "connect-tls", host: "acme-prod-connect" },
  ]);
  expect(find("Chart")[0]?.values).toMatchObject({
    connect: { tls: { enabled: true, secret: "connect-tls" } },
    operator: { tls: { trust: { secret: "connect-tls" } } },
  });
});

test.each([
  ["connect.tls.enabled", { connect: { tls: { enabled: true } } }],
  ["connect.tls.secret", { connect: { tls: { secret: "other" } } }],
  ["operator.tls.trust.secret", { operator: { tls: { trust: { secret: "other" } } } }],
])("`values.%s` is refused beside it", (path, values) => {
  expect(() => chartValues({ names, version: "2.4.1", tls: true, values })).toThrow(
    `\`values.${path}\` sets what opconnect sets itself.`,
  );
  expect(chartValues({ names, version: "2.4.1", values })).toMatchObject(values);
});

test.each(["1.17.0", "2.2.1"])("chart %s, whose operator trusts none, is refused", (version) => {
  expect(() => requireTrust(true, version)).toThrow(
    /^`tls` is set, and in version .* Use 2\.3\.0, .* leave `tls` out\. \[CHART_VERSION_UNSUPPORTED\]$/,
  );
  expect(() => requireTrust(false, version)).not.toThrow();
});

test.each(["2.3.0", "2.4.1", "99.0.0"])("chart %s is taken", (version) => {
  expect(() => requireTrust({ secret: "connect-tls" }, version)).not.toThrow();
});

test.each([
  ["a text", { tls: "connect-tls" }, "`tls`"],
  ["a name that Kubernetes refuses", { tls: { secret: "Connect_TLS" } }, "`tls.secret`"],
  ["no name", { tls: {} }, "`tls.secret`"],
  ["a misspelt field", { tls: { secret: "connect-tls", key: "tls.crt" } }, "`tls.key`"],
])("%s is refused, and the field named", (_, change, field) => {
  expect(() =>
    checkArgs(deploymentSchema, { ...args, ...change } as ConnectDeploymentArgs),
  ).toThrow(field);
});

test("with a service account there is no Connect to call by TLS", () => {
  expect(() => chartValues({ names, version: "2.4.1", tls: true, serviceAccount: true })).toThrow(
    "`tls` is about Connect, and with a service account there is none.",
  );
});

test("of what lies beside a certificate the operator's pods get nothing", async () => {
  const volumes = [{ name: "tls-trust", secret: { secretName: "connect-tls" } }, { name: "other" }];
  const spec = { template: { spec: { volumes } } };
  const changed = async (deployment: string, props: object) => {
    const given = { type: "kubernetes:apps/v1:Deployment", name: "", custom: true, opts: {} };
    return (await trustCertificateOnly(deployment)({ ...given, props }))?.props;
  };
  const props = { metadata: { name: "operator" }, spec };
  expect(await changed("operator", props)).toMatchObject({
    spec: {
      template: {
        spec: {
          volumes: [
            {
              name: "tls-trust",
              secret: { secretName: "connect-tls", items: [{ key: "tls.crt", path: "tls.crt" }] },
            },
            { name: "other" },
          ],
        },
      },
    },
  });
  expect(await changed("connect", props)).toEqual(props);
});
