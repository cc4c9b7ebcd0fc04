import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { marked } from "marked";
import { renderMarkdown } from "./src/render/markdown.ts";
import type { FleetReport } from "./src/report/model.ts";

/** A page that shows a report's comment about as GitHub does, for pictures of it. */
export function commentPage(report: FleetReport): string {
  return `<!doctype html><meta charset="utf-8"><style>${style}
:root { color-scheme: light dark; color: CanvasText; background: Canvas }
body { margin: 0; font-family: sans-serif }
.comment { margin: 16px; border: 1px solid #8886; border-radius: 6px }
.comment header { padding: 8px 16px; border-bottom: 1px solid #8886; background: #8881 }
.markdown-body { padding: 16px; font-size: 14px; border-radius: 0 0 6px 6px }
</style><div class="comment"><header><b>github-actions</b> commented</header>
<article class="markdown-body">${marked.parse(renderMarkdown(report), { async: false })}</article></div>`;
}

const style = readFileSync(
  fileURLToPath(import.meta.resolve("github-markdown-css/github-markdown.css")),
  "utf8",
);
