import { deepEqual, equal, ok } from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Page } from "playwright-core";
import { commentPage } from "./comment-page.ts";
import { largeReport } from "./fixtures/large-report.ts";
import { renderHtml } from "./src/render/html.ts";

// Run by `npm run page -w packages/fleet [folder for pictures]`, with the system's Chromium: `npm
// test` brings no browser, and may not skip. What a test of text can say is in render.test.ts.
const groups = "details.group:not([hidden])";
const filled = "details.group[open] .body h2";
const pictures = process.argv[2];
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const folder = await mkdtemp(join(tmpdir(), "fleet-page-"));
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
try {
  const [small, large] = [join(folder, "small.html"), join(folder, "large.html")];
  await writeFile(small, renderHtml(largeReport(60)));
  await writeFile(large, renderHtml(largeReport(1000, { distinct: true })));
  await checkFilters(small);
  await checkKeys(small);
  await checkThousand(large);
  if (pictures !== undefined) await takePictures(small, pictures);
  process.stdout.write("The page searches, folds, obeys keys, and is quick with 1,000 stacks.\n");
} finally {
  await browser.close();
  await rm(folder, { recursive: true });
}

/** A page that may ask for nothing, and on which nothing may go wrong. */
async function open(file: string, scheme: "light" | "dark" = "light"): Promise<Page> {
  const context = await browser.newContext({
    colorScheme: scheme,
    viewport: { width: 1180, height: 860 },
  });
  const page = await context.newPage();
  page.on("request", (request) => ok(request.url().startsWith("file:"), request.url()));
  page.on("pageerror", (error) => {
    throw error;
  });
  page.on("console", (message) => equal(message.type(), "log", message.text()));
  await page.goto(pathToFileURL(file).href);
  return page;
}

async function checkFilters(file: string): Promise<void> {
  const page = await open(file);
  const all = await page.locator(groups).count();
  ok(all > 5);
  await page.fill("#search", "client0003-prod");
  equal(await page.locator("output").textContent(), "1 change, 1 stack");
  await page.fill("#search", "nobody has this name");
  equal(await page.locator(groups).count(), 0);
  await page.fill("#search", "onepassworditem postgres");
  ok((await page.locator(groups).count()) < all);
  await page.click("button[type=reset]");
  equal(await page.locator(groups).count(), all);
  await page.selectOption("#client", "client0003");
  equal(await page.locator("output").textContent(), "1 change, 1 stack");
  equal(await page.locator(`${groups} .whose`).textContent(), "1 of 6 stacks");
  await page.locator(`${groups} summary`).click();
  await page.waitForSelector(filled);
  deepEqual(await page.locator(`${groups} ul.stacks li`).allTextContents(), ["client0003-prod"]);
  await page.selectOption("#client", "");
  await page.selectOption("#kind", "OperatorScope");
  ok((await page.locator(groups).count()) < all);
  await page.context().close();
}

async function checkKeys(file: string): Promise<void> {
  const page = await open(file);
  const focused = () => page.evaluate("document.activeElement.closest('details')?.dataset.index");
  await page.keyboard.press("j");
  equal(await focused(), "0");
  await page.keyboard.press("j");
  equal(await focused(), "1");
  await page.keyboard.press("k");
  equal(await focused(), "0");
  await page.keyboard.press("Enter");
  equal(await page.locator("details.group[open]").count(), 1);
  await page.keyboard.press("e");
  equal(await page.locator("details.group[open]").count(), await page.locator(groups).count());
  await page.keyboard.press("c");
  equal(await page.locator("details.group[open]").count(), 0);
  await page.keyboard.press("/");
  await page.keyboard.type("je");
  equal(await page.inputValue("#search"), "je");
  await page.keyboard.press("Escape");
  equal(await page.inputValue("#search"), "");
  await page.context().close();
}

async function checkThousand(file: string): Promise<void> {
  const page = await open(file);
  equal(await page.locator("details.group").count(), 900);
  const took = async (what: string, act: () => Promise<unknown>) => {
    const start = performance.now();
    await act();
    process.stdout.write(`${what}: ${Math.round(performance.now() - start)} ms\n`);
  };
  await took("search among 1,000 stacks", () => page.fill("#search", "client0500"));
  equal(await page.locator(groups).count(), 1);
  await took("all of them again", () => page.fill("#search", ""));
  await took("a group opened", () => page.locator(`${groups} summary`).first().click());
  await page.waitForSelector(filled);
  ok((await page.locator("details.group[open] .body").first().textContent())?.includes("Stacks"));
  await page.context().close();
}

async function takePictures(file: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const comment = join(dirname(file), "comment.html");
  await writeFile(comment, commentPage(largeReport(60)));
  for (const scheme of ["light", "dark"] as const) {
    const page = await open(file, scheme);
    await page.locator("details.group summary").nth(3).click();
    await page.waitForSelector(filled);
    await page.screenshot({ path: join(folder, `fleet-page-${scheme}.png`) });
    await page.goto(pathToFileURL(comment).href);
    await page.locator("details summary").nth(2).click();
    await page.screenshot({ path: join(folder, `fleet-comment-${scheme}.png`) });
    await page.context().close();
  }
  const page = await open(file);
  await page.locator("details.group summary").nth(3).click();
  await page.waitForSelector(filled);
  await page.emulateMedia({ media: "print" });
  await page.pdf({ path: join(folder, "fleet-page.pdf") });
}
