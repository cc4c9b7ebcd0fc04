import { expect, test } from "vitest";
import { kubeconfigContent } from "./kubeconfig.ts";

const yaml = "apiVersion: v1\nclusters: []\n";

test.each([
  ["YAML", yaml, yaml],
  ["JSON on one line", '{"apiVersion":"v1"}', '{"apiVersion":"v1"}'],
  ["base64", Buffer.from(yaml).toString("base64"), yaml],
])("%s is content", (_, text, content) => {
  expect(kubeconfigContent(text)).toBe(content);
});

test.each(["/home/fixture/.kube/config", "~/.kube/config", "kubeconfig", "C:\\kube\\config.yaml"])(
  "%s may be a path",
  (text) => {
    expect(kubeconfigContent(text)).toBeUndefined();
  },
);
