import { Buffer } from "node:buffer";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fixtureCredentialsFile } from "../../fixtures/credentials-file.ts";
import { chartFacts, supportedChartVersions } from "../chart-facts.ts";
import { encodeCredentialsFile } from "./credentials-encoding.ts";
import { parseCredentialsFile } from "./credentials-file.ts";

test.each([["1.17.0"], ["2.0.1"], ["2.1.1"], ["2.2.0"], ["2.2.1"]])(
  "chart %s gets base64 on one line",
  (version) => {
    const encoded = encodeCredentialsFile(fixtureCredentialsFile, version);
    expect(encoded).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
    expect(Buffer.from(encoded, "base64").toString()).toBe(fixtureCredentialsFile);
  },
);

test.each([["2.3.0"], ["2.4.0"], ["2.4.1"]])("chart %s gets the file as it is", (version) => {
  expect(encodeCredentialsFile(fixtureCredentialsFile, version)).toBe(fixtureCredentialsFile);
});

test("every supported chart's containers find the file they were given", () => {
  const versions = fc.constantFrom(...supportedChartVersions);
  const values = fc.string({ minLength: 1, unit: "grapheme" });
  fc.assert(
    fc.property(versions, values, (version, data) => {
      const content = JSON.parse(fixtureCredentialsFile);
      const file = JSON.stringify({ ...content, encCredentials: { iv: data, data } });
      const found = readAsContainer(encodeCredentialsFile(file, version), version);
      expect(found).toBe(file);
      expect(parseCredentialsFile(found).encCredentials.data).toBe(data);
    }),
  );
});

test("a file encoded already is not encoded again", () => {
  const encoded = encodeCredentialsFile(fixtureCredentialsFile, "2.2.1");
  for (const version of ["2.2.1", "2.4.1"]) {
    expect(() => encodeCredentialsFile(encoded, version)).toThrow("is base64");
  }
});

test("an unknown chart is refused before anything is encoded", () => {
  expect(() => encodeCredentialsFile(fixtureCredentialsFile, "9.9.9")).toThrow(
    expect.objectContaining({ code: "CHART_VERSION_UNSUPPORTED" }),
  );
});

/** Connect takes its environment variable for base64, a mounted file for the JSON itself. */
function readAsContainer(secret: string, version: string): string {
  const { credentialsFrom } = chartFacts(version);
  return credentialsFrom === "file" ? secret : Buffer.from(secret, "base64").toString();
}
