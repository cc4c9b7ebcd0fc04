import { expect, test } from "vitest";
import { chartFacts, latestChartVersion, supportedChartVersions } from "./chart-facts.ts";

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

test("the latest version is the last of the supported ones", () => {
  expect(supportedChartVersions.at(-1)).toBe(latestChartVersion);
});

test("a version that does not exist is refused with the versions that do", () => {
  expect(() => chartFacts("9.9.9")).toThrow(
    expect.objectContaining({
      code: "CHART_VERSION_UNSUPPORTED",
      remedy: `Use one of ${supportedChartVersions.join(", ")}.`,
    }),
  );
});

test("2.0.0 is refused with the reason", () => {
  expect(() => chartFacts("2.0.0")).toThrow("It ignores every token Secret but the chart's own.");
});

test.each([["v2"], ["v2.4.1"], ["2.4"], ["02.4.1"], ["latest"], [""], [" 2.4.1"], ["2.4.1\n"]])(
  "%j is refused as no full version",
  (version) => {
    expect(() => chartFacts(version)).toThrow(
      expect.objectContaining({ code: "CHART_VERSION_INVALID" }),
    );
  },
);

test("a prerelease is a full version that is not supported", () => {
  expect(() => chartFacts("2.4.1-rc.1")).toThrow(
    expect.objectContaining({ code: "CHART_VERSION_UNSUPPORTED" }),
  );
});
