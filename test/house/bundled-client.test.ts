import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer as createProxy } from "node:http";
import { createServer, type Server } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { connectCluster } from "@opconnect/provision/cluster";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";

/**
 * What is published has the Kubernetes client inside: the built file, and not the library, is asked
 * here to do what kubeconfigs say.
 */
let folder: string;
let server: Server;
let seen: { authorization: string | undefined; certificate: string | undefined };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "opconnect-client-"));
  const openssl = (words: string) => execa("openssl", words.split(" "), { cwd: folder });
  await openssl(
    "req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=fixture-ca -keyout ca.key -out ca.crt",
  );
  await writeFile(join(folder, "san"), "subjectAltName=IP:127.0.0.1");
  for (const name of ["server", "client"]) {
    await openssl(
      `req -newkey rsa:2048 -nodes -subj /CN=fixture-${name} -keyout ${name}.key -out ${name}.csr`,
    );
    await openssl(
      `x509 -req -in ${name}.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 1 -extfile san -out ${name}.crt`,
    );
  }
  const [ca, cert, key] = await Promise.all(["ca.crt", "server.crt", "server.key"].map(read));
  const options = { ca, cert, key, requestCert: true, rejectUnauthorized: false };
  server = createServer(options, (request, response) => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate();
    seen = { authorization: request.headers.authorization, certificate: [subject?.CN].flat()[0] };
    response.setHeader("Content-Type", "application/json");
    const metadata = { name: "kube-system", uid: "fixture-uid" };
    response.end(JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

const read = (name: string) => readFile(join(folder, name), "utf8");
const address = () => `https://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function uidWith(user: object, cluster: object = {}): Promise<string> {
  const trusted = { "certificate-authority": join(folder, "ca.crt") };
  const kubeconfig = JSON.stringify({
    clusters: [{ name: "fixture", cluster: { server: address(), ...trusted, ...cluster } }],
    users: [{ name: "fixture", user }],
    contexts: [{ name: "fixture", context: { cluster: "fixture", user: "fixture" } }],
    "current-context": "fixture",
  });
  return (await connectCluster({ kubeconfig })).uid();
}

test("a token, and the authority as content", async () => {
  const content = Buffer.from(await read("ca.crt")).toString("base64");
  const cluster = { "certificate-authority": undefined, "certificate-authority-data": content };
  expect(await uidWith({ token: "fixture-token" }, cluster)).toBe("fixture-uid");
  expect(seen.authorization).toBe("Bearer fixture-token");
});

test("a program that is asked for credentials", async () => {
  const program = join(folder, "credentials");
  const status = { token: "fixture-exec-token" };
  const answer = { apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status };
  await writeFile(program, `#!/bin/sh\necho '${JSON.stringify(answer)}'\n`);
  await chmod(program, 0o700);
  const { apiVersion } = answer;
  const exec = { apiVersion, command: program, interactiveMode: "Never" };
  expect(await uidWith({ exec })).toBe("fixture-uid");
  expect(seen.authorization).toBe("Bearer fixture-exec-token");
});

test("a certificate of the client's own", async () => {
  const [certificate, key] = ["client.crt", "client.key"].map((name) => join(folder, name));
  await uidWith({ "client-certificate": certificate, "client-key": key });
  expect(seen).toEqual({ authorization: undefined, certificate: "fixture-client" });
});

test("a server that no authority vouches for is refused", async () => {
  const unknown = { "certificate-authority": undefined };
  await expect(uidWith({ token: "fixture-token" }, unknown)).rejects.toThrow("CLUSTER_UNREACHABLE");
});

test("a proxy", async () => {
  const asked: string[] = [];
  const proxy = createProxy().on("connect", ({ url = "" }, socket) => {
    asked.push(url);
    const [host, port] = url.split(":");
    const onward = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [onward, socket]) end.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  try {
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    expect(await uidWith({ token: "fixture-token" }, { "proxy-url": url })).toBe("fixture-uid");
    expect(asked).toEqual([address().replace("https://", "")]);
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
});
