import { expect, test } from "vitest";
import { chartFacts, operatorVersionOf } from "./facts.ts";
import { latestChartVersion, supportedChartVersions } from "./known-charts.ts";

test.each([
  ["1.17.0", "1.7.3", "1.8.1", "environment"],
  ["2.0.4", "1.8.0", "1.9.1", "environment"],
  ["2.2.1", "1.8.1", "1.10.1", "environment"],
  ["2.3.0", "1.8.1", "1.11.0", "file"],
  ["2.4.1", "1.8.2", "1.12.0", "file"],
])("chart %s deploys Connect %s and operator %s, credentials from %s", (version, ...facts) => {
  const { connectVersion, operatorVersion, credentialsFrom } = chartFacts(version);
  expect([connectVersion, operatorVersion, credentialsFrom]).toEqual(facts);
});

test("an operator of another version than the chart's counts as that", () => {
  expect(operatorVersionOf("2.2.1")).toBe("1.10.1");
  expect(operatorVersionOf("2.4.1", { operator: { version: "1.10.1" } })).toBe("1.10.1");
  expect(operatorVersionOf("2.2.1", { operator: { version: "our-build" } })).toBeUndefined();
  expect(operatorVersionOf("2.2.1", { operator: {} })).toBe("1.10.1");
  expect(operatorVersionOf("2.9.0")).toBeUndefined();
});

test("the latest version is the last of the supported ones", () => {
  expect(supportedChartVersions.at(-1)).toBe(latestChartVersion);
});

test.each([
  ["0.9.0", "1.17.0"],
  ["1.16.9", "1.17.0"],
  ["2.0.0", "2.0.1"],
  ["2.1.2", "2.2.0"],
  ["2.4.1-rc.1", "2.4.1"],
  ["2.4.1+mirror", "2.4.1"],
])("%s is refused with the nearest version that is supported: %s", (version, nearest) => {
  expect(() => chartFacts(version)).toThrow(
    expect.objectContaining({
      code: "CHART_VERSION_UNSUPPORTED",
      remedy: `Use ${nearest}, the nearest one that is.`,
    }),
  );
});

test("2.0.0 is refused with the reason", () => {
  expect(() => chartFacts("2.0.0")).toThrow("It ignores every token Secret but the chart's own.");
});

test.each(["2.4.2", "2.5.0", "2.5.0-rc.1", "2.10.0", "10.0.0"])(
  "%s, newer than what is known, is taken for like the latest",
  (version) => {
    expect(chartFacts(version)).toEqual({
      version,
      isKnown: false,
      connectVersion: undefined,
      operatorVersion: undefined,
      credentialsFrom: chartFacts(latestChartVersion).credentialsFrom,
    });
  },
);

test.each([
  ["v2"],
  ["v2.4.1"],
  ["2.4"],
  ["02.4.1"],
  ["latest"],
  [""],
  [" 2.4.1"],
  ["2.4.1\n"],
  ["2.5.0-01"],
])("%j is refused as no full version", (version) => {
  expect(() => chartFacts(version)).toThrow(
    expect.objectContaining({ code: "CHART_VERSION_INVALID" }),
  );
});
