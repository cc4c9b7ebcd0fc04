import type { V1Volume } from "@kubernetes/client-node";
import { expect, test } from "vitest";
import { readVolumes } from "./pod-volumes.ts";

test("a Secret's entries become files, under the paths that items give", async () => {
  expect(await read({ secret: { secretName: "credentials" } })).toEqual([
    file("1password-credentials.json", "{}", 0o644),
    file("other", "x", 0o644),
  ]);
  const items = [{ key: "1password-credentials.json", path: "deep/file.json", mode: 0o400 }];
  expect(await read({ secret: { secretName: "credentials", items } })).toEqual([
    file("deep/file.json", "{}", 0o400),
  ]);
});

test("the token volume that admission adds holds token, authority and namespace", async () => {
  const sources = [
    { serviceAccountToken: { path: "token", expirationSeconds: 3607 } },
    { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
    {
      downwardAPI: {
        items: [{ path: "namespace", fieldRef: { fieldPath: "metadata.namespace" } }],
      },
    },
  ];
  expect(await read({ projected: { sources, defaultMode: 0o600 } })).toEqual([
    file("token", "fixture-service-account-token", 0o600),
    file("ca.crt", "fixture authority", 0o600),
    file("namespace", "acme-prod-1password", 0o600),
  ]);
});

test("an optional Secret that is missing leaves an empty volume", async () => {
  expect(await read({ secret: { secretName: "none", optional: true } })).toEqual([]);
});

test.each([
  [{ secret: { secretName: "none" } }, 'secret "none" not found'],
  [
    { secret: { secretName: "credentials", items: [{ key: "a", path: "a" }] } },
    "references non-existent key: a",
  ],
  [{ hostPath: { path: "/" } }, "the rig has no volumes of this type"],
])("a pod waits while %j cannot be set up", async (volume, cause) => {
  await expect(read(volume)).rejects.toMatchObject({
    reason: "ContainerCreating",
    message: `MountVolume.SetUp failed for "v" : ${cause}`,
  });
});

async function read(volume: Omit<V1Volume, "name">): Promise<unknown> {
  const [content] = await readVolumes({
    pod: {
      metadata: { namespace: "acme-prod-1password" },
      spec: { containers: [], volumes: [{ name: "v", ...volume }] },
    },
    address: { podIp: "10.244.1.2", hostIp: "10.244.0.1" },
    podFolder: "/nowhere",
    objects: {
      findSecret: async (_namespace, name) =>
        name === "credentials"
          ? new Map([
              ["1password-credentials.json", Buffer.from("{}")],
              ["other", Buffer.from("x")],
            ])
          : undefined,
      findConfigMap: async () => new Map([["ca.crt", Buffer.from("fixture authority")]]),
      createToken: async () => "fixture-service-account-token",
    },
  });
  return content && "files" in content ? content.files : content;
}

function file(path: string, text: string, mode: number) {
  return { path, content: Buffer.from(text).toString("base64"), mode };
}
