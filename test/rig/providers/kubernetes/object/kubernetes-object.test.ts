import { expect, test } from "vitest";
import { objectId, parseObjectId, pruneToInputs } from "./kubernetes-object.ts";

test("what the API server added is no input", () => {
  const live = {
    metadata: { name: "a", uid: "u" },
    spec: { replicas: 1, strategy: {} },
    status: {},
  };
  const inputs = { metadata: { name: "a" }, spec: { replicas: 2 } };
  expect(pruneToInputs(live, inputs)).toEqual({ metadata: { name: "a" }, spec: { replicas: 1 } });
});

test("a quantity that reads differently but means the same is no change", () => {
  const inputs = { requests: { cpu: 0.2, memory: "1Gi" } };
  const live = { requests: { cpu: "200m", memory: "1024Mi" } };
  expect(pruneToInputs(live, inputs)).toEqual(inputs);
  expect(pruneToInputs({ requests: { cpu: "300m" } }, { requests: { cpu: 0.2 } })).toEqual({
    requests: { cpu: "300m" },
  });
});

test("what is empty and left out by the API server is no change", () => {
  const inputs = { tolerations: [], resources: {}, name: "a" };
  expect(pruneToInputs({ name: "a" }, inputs)).toEqual(inputs);
});

test("the text of a Secret is found again in its data", () => {
  const data = { token: Buffer.from("fixture-token").toString("base64") };
  const inputs = { kind: "Secret", stringData: { token: "old" } };
  expect(pruneToInputs({ kind: "Secret", data }, inputs)).toEqual({
    kind: "Secret",
    stringData: { token: "fixture-token" },
  });
});

test("an id is a name, after its namespace if there is one", () => {
  expect(objectId({ metadata: { name: "a", namespace: "b" } })).toBe("b/a");
  expect(objectId({ metadata: { name: "a" } })).toBe("a");
  expect(parseObjectId("b/a")).toEqual({ namespace: "b", name: "a" });
  expect(parseObjectId("a")).toEqual({ name: "a" });
});
