import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "tar";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkChart } from "./check-chart.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "opconnect-check-chart-"));
  lay("connect", "name: connect\nversion: 2.4.1\n");
  lay("connect/charts/other", "name: other\nversion: 9.9.9\n");
  lay("older", "name: connect\nversion: 2.2.1\n");
  lay("nginx", "name: nginx\nversion: 2.4.1\n");
  lay("broken", "- name: [\n");
  mkdirSync(join(folder, "empty"));
  writeFileSync(join(folder, "text.tgz"), "no archive");
  for (const name of ["connect", "older", "nginx"]) {
    create({ cwd: folder, gzip: true, sync: true, file: at(`${name}.tgz`) }, [name]);
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

function at(name: string): string {
  return join(folder, name);
}

function lay(name: string, chart: string): void {
  mkdirSync(at(name), { recursive: true });
  writeFileSync(join(at(name), "Chart.yaml"), chart);
}

test.each(["connect", "connect.tgz"])("%s is 1Password's chart of that version", (name) => {
  expect(checkChart({ version: "2.4.1", path: at(name) })).toBe("2.4.1");
});

test.each(["oci://registry.example/charts/connect", "https://charts.example/connect-2.4.1.tgz"])(
  "%s is looked at when it is rendered",
  (path) => {
    expect(checkChart({ path })).toBe("2.4.1");
  },
);

test.each([
  ["a folder of another version", "older", /holds version 2\.2\.1.*says 2\.4\.1/],
  ["an archive of another version", "older.tgz", /holds version 2\.2\.1.*says 2\.4\.1/],
  ["a folder of another chart", "nginx", /holds the chart "nginx"/],
  ["an archive of another chart", "nginx.tgz", /holds the chart "nginx"/],
  ["a folder without Chart.yaml", "empty", /there is no chart/],
  ["a folder whose Chart.yaml is none", "broken", /is no chart/],
  ["a file that is no archive", "text.tgz", /is no chart/],
  ["a path that does not exist", "nowhere", /there is no chart/],
])("%s is refused", (_, name, message) => {
  const check = () => checkChart({ version: "2.4.1", path: at(name) });
  expect(check).toThrow(message);
  expect(check).toThrow("[ARGUMENT_INVALID]");
});
