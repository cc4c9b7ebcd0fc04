import { readFileSync } from "node:fs";
import { latestChartVersion, supportedChartVersions } from "@opconnect/core";
import { expect, test } from "vitest";

test.each([
  ["README.md", `${supportedChartVersions[0]} to ${latestChartVersion} are known`],
  ["packages/pulumi/README.md", `${supportedChartVersions[0]} to ${latestChartVersion} are known`],
  ["packages/core/README.md", `chartFacts("${latestChartVersion}")`],
  ["packages/pulumi/README.md", `chart: { version: "${latestChartVersion}" }`],
  ["packages/pulumi/src/components/check-chart.ts", `@default "${latestChartVersion}"`],
  ["examples/client/index.ts", `version: "${latestChartVersion}"`],
  ["examples/with-cluster/index.ts", `version: "${latestChartVersion}"`],
  ["test/e2e/programs/handwritten/index.ts", `version: "${latestChartVersion}"`],
])("%s names the latest version of the chart", (file, text) => {
  expect(readFileSync(new URL(`../../${file}`, import.meta.url), "utf8")).toContain(text);
});
