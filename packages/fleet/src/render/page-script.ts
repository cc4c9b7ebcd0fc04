/**
 * What the page does by itself: it fills a group once it is opened, filters, and obeys keys. It
 * writes text only, never markup.
 */
export const pageScript = `
"use strict";
const groups = JSON.parse(document.getElementById("data").textContent);
const rows = [...document.querySelectorAll("details.group")];
const form = document.querySelector("form");
const [search, client, environment, kind] = ["search", "client", "environment", "kind"].map((id) => document.getElementById(id));
const count = document.querySelector("output");
const element = (name, className, text) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};
const shown = (value) => value === undefined ? element("td", "hidden", "none")
  : "hidden" in value ? element("td", "hidden", value.hidden) : element("td", "", JSON.stringify(value.value));
const list = (className, items, toItem) => {
  const made = element("ul", className);
  made.append(...items.map(toItem));
  return made;
};
const properties = (changes) => {
  const table = element("table");
  for (const { path, before, after } of changes) {
    const row = table.insertRow();
    row.append(element("td", "", path || "a property"), shown(before), shown(after));
  }
  return table;
};
const stepItem = ({ operation, type, name, causes, changes, retained, leftover }) => {
  const item = element("li");
  const why = causes.length ? " for " + causes.join(", ") : "";
  item.append(element("span", "operation " + operation, operation), " ", element("span", "kind", type.split(":").at(-1)),
    " ", element("span", "", name), element("span", "kind", why + (retained ? ", stays where it is" : "") + (leftover ? ", left of a replacement" : "")));
  if (changes.length) item.append(properties(changes));
  return item;
};
let words = [];
const matching = (group) => group.stacks.filter((stack) =>
  (!client.value || stack.client === client.value) && (!environment.value || stack.environment === environment.value)
  && words.every((word) => group.text.includes(word) || stack.stack.toLowerCase().includes(word)));
const fill = (row) => {
  const group = groups[Number(row.dataset.index)];
  const body = row.querySelector(".body");
  body.replaceChildren();
  const section = (title, content) => body.append(element("h2", "", title), content);
  if (group.problems.length) section("Could not be previewed", list("risks", group.problems, ({ code, happened, remedy }) => {
    const item = element("li");
    item.append(element("span", "level failed", code), element("span", "", happened + " " + remedy));
    return item;
  }));
  if (group.risks.length) section("Risks", list("risks", group.risks, ({ level, text }) => {
    const item = element("li");
    item.append(element("span", "level " + level, level), element("span", "", text));
    return item;
  }));
  const stacks = matching(group);
  section("Stacks", list("stacks", stacks, ({ stack }) => element("li", "", stack)));
  if (group.minting.length) section("To be minted", list("", group.minting, ({ kind, name, because }) => element("li", "", kind + " " + name + " (" + because + ")")));
  if (group.steps.length) section("Resources", list("steps", group.steps, stepItem));
  if (group.outputs.length) section("Outputs of the stack", properties(group.outputs));
};
const filter = () => {
  words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let [shownStacks, shownGroups] = [0, 0];
  for (const row of rows) {
    const group = groups[Number(row.dataset.index)];
    const stacks = matching(group);
    const fits = stacks.length > 0 && (!kind.value || group.kinds.includes(kind.value));
    row.hidden = !fits;
    if (!fits) continue;
    shownGroups += 1;
    shownStacks += stacks.length;
    row.querySelector(".whose").textContent = stacks.length === group.stacks.length ? group.whose : stacks.length + " of " + group.whose;
    if (row.open) fill(row);
  }
  count.value = shownGroups + (shownGroups === 1 ? " change, " : " changes, ") + shownStacks + (shownStacks === 1 ? " stack" : " stacks");
};
for (const row of rows) row.addEventListener("toggle", () => { if (row.open) fill(row); });
form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => setTimeout(filter));
const visible = () => rows.filter((row) => !row.hidden);
const move = (by) => {
  const all = visible();
  const at = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))];
  if (next) { next.querySelector("summary").focus(); next.scrollIntoView({ block: "nearest" }); }
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") { form.reset(); document.activeElement.blur(); return; }
  if (["INPUT", "SELECT", "TEXTAREA"].includes(document.activeElement.tagName)) return;
  const act = { "/": () => search.focus(), j: () => move(1), k: () => move(-1),
    e: () => { for (const row of visible().slice(0, 100)) row.open = true; },
    c: () => { for (const row of rows) row.open = false; } }[event.key];
  if (act) { event.preventDefault(); act(); }
});
filter();
`;
