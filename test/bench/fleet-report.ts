import {
  renderHtml,
  renderMarkdown,
  renderReportFile,
  renderSpacelift,
  renderTerminal,
} from "@opconnect/fleet";
import { largeReport } from "../../packages/fleet/fixtures/large-report.ts";
import { type Figure, figure, quickest } from "./figure.ts";

const renderers = {
  Markdown: renderMarkdown,
  page: renderHtml,
  text: (report: Report) => renderTerminal(report, { tint: (text) => text }),
  JSON: renderReportFile,
  Spacelift: renderSpacelift,
};

type Report = ReturnType<typeof largeReport>;

/** Renders a report of 1,000 stacks, no two of which are alike, against one second. */
export function measureFleetReport(runs: number): Readonly<Record<string, Figure>> {
  const report = largeReport(1000, { distinct: true });
  const figures = Object.entries(renderers).map(([name, render]) => {
    const taken = Array.from({ length: runs }, () => {
      const start = performance.now();
      render(report);
      return performance.now() - start;
    });
    const goal = "measured <= 1000 ms";
    return [`fleet report, ${name}`, figure({ measured: quickest(taken), baseline: 1000, goal })];
  });
  return Object.fromEntries(figures);
}
