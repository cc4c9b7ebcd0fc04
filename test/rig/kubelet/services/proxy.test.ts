import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { afterEach, expect, test } from "vitest";
import { claimLoopbackRange, type LoopbackRange } from "./loopback-range.ts";
import { createServiceProxy, type ServiceProxy } from "./proxy.ts";

const opened: { close(): void }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

test("connections move to the backends that are ready", async () => {
  const { proxy, ask } = await createService();
  proxy.setBackends([await createBackend("old")]);
  expect(await ask()).toBe("old heard hello");
  proxy.setBackends([await createBackend("new")]);
  expect(await ask()).toBe("new heard hello");
});

test("backends take turns, and one that refuses is passed over", async () => {
  const { proxy, ask } = await createService();
  const gone = { ip: "127.0.0.1", port: 1 };
  proxy.setBackends([await createBackend("a"), gone, await createBackend("b")]);
  const answers = [await ask(), await ask(), await ask(), await ask()];
  expect(new Set(answers)).toEqual(new Set(["a heard hello", "b heard hello"]));
});

test("without a backend the connection is refused", async () => {
  const { proxy, ask } = await createService();
  proxy.setBackends([await createBackend("a")]);
  await ask();
  proxy.setBackends([]);
  await expect(ask()).rejects.toThrow("ECONNREFUSED");
});

test("two rigs never share a range", async () => {
  const ranges: LoopbackRange[] = [await claimLoopbackRange(), await claimLoopbackRange()];
  opened.push(...ranges);
  const [one, other] = ranges.map((range) => range.allocate());
  expect(one?.shown).toBe(other?.shown);
  expect(one?.loopback).not.toBe(other?.loopback);
});

async function createService(): Promise<{ proxy: ServiceProxy; ask: () => Promise<string> }> {
  const range = await claimLoopbackRange();
  const address = range.allocate().loopback;
  const options = { address, port: 18_080, toLoopback: (ip: string) => ip, log: () => {} };
  const proxy = createServiceProxy(options);
  opened.push(proxy, range);
  return { proxy, ask: () => exchange(address, 18_080) };
}

async function createBackend(name: string): Promise<{ ip: string; port: number }> {
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    let heard = "";
    socket.on("data", (chunk) => {
      heard += chunk;
    });
    socket.on("end", () => socket.end(`${name} heard ${heard}`));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  opened.push(server);
  const { port } = server.address() as AddressInfo;
  return { ip: "127.0.0.1", port };
}

async function exchange(host: string, port: number): Promise<string> {
  const socket = connect({ host, port, allowHalfOpen: true });
  await once(socket, "connect");
  socket.end("hello");
  let text = "";
  for await (const chunk of socket) text += chunk;
  return text;
}
