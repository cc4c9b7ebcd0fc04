import { readFileSync } from "node:fs";
import { chartFacts, latestChartVersion, supportedChartVersions } from "@opconnect/core";
import { expect, test } from "vitest";
import { externalSecrets } from "../harness/act/external-secrets.ts";
import { kubeApiserver, onepasswordOperator, pulumi } from "../rig/tools/catalog.ts";
import { table } from "./table.ts";

const page = text("docs/support.md");

function text(file: string): string {
  return readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
}

/** The row of the table that begins so. */
function row(begin: string): string {
  const found = page.split("\n").find((line) => line.startsWith(`| ${begin}`));
  return found ?? "";
}

test("docs/support.md lists every chart as core's table has it", () => {
  const rows = supportedChartVersions.map((version) => {
    const { connectVersion = "", operatorVersion = "", credentialsFrom } = chartFacts(version);
    const form = { environment: "in a variable, base64 of it", file: "as it is, a file" };
    return [version, connectVersion, operatorVersion, form[credentialsFrom]];
  });
  expect(page).toContain(table(["Chart", "Connect", "Operator", "Credentials file"], rows));
  expect(row("Chart")).toContain(`${supportedChartVersions[0]} to ${latestChartVersion}`);
});

test("docs/support.md asks for the versions that the packages ask for", () => {
  const { engines, peerDependencies } = JSON.parse(text("packages/pulumi/package.json"));
  const asked = (range: string) => /^(?:\^|>=)(\d+\.\d+)/.exec(range)?.[1];
  expect(row("Node.js")).toContain(`${asked(engines.node)} or newer`);
  for (const name of ["@pulumi/pulumi", "@pulumi/kubernetes"]) {
    expect(row(`\`${name}\``)).toContain(`${asked(peerDependencies[name])} or newer`);
  }
});

test("docs/support.md names what the tests run on", () => {
  const { devDependencies } = JSON.parse(text("package.json"));
  const minor = (version: string) => version.replace(/\.\d+$/, "");
  expect(row("TypeScript")).toContain(devDependencies.typescript.replace("~", ""));
  expect(row("`pulumi`")).toContain(minor(pulumi.version));
  expect(row("Kubernetes")).toContain(minor(kubeApiserver.version));
  expect(row("External Secrets Operator")).toContain(externalSecrets.version);
  expect(page).toContain(`the real one in tests, version ${onepasswordOperator.version}`);
});

test("docs/support.md asks for the `op` that the errors ask for", () => {
  const wanted = /1Password CLI, ([\d.]+) or later/.exec(
    text("packages/provision/src/op/error.ts"),
  );
  expect(row("`op`")).toContain(`${wanted?.[1]} or newer`);
});
