/** Style of the page: two themes, and paper. */
export const pageStyle = `
:root { color-scheme: light dark; --ground: #fff; --raised: #f6f7f9; --line: #d8dce2; --text: #1b1f24;
  --faint: #5c6570; --accent: #0b5cad; --high: #b3261e; --medium: #8a5300; --low: #4d5560;
  --high-ground: #fdecea; --medium-ground: #fff3dc; --low-ground: #eceff2; --new: #0f6b3a; }
@media (prefers-color-scheme: dark) { :root { --ground: #12151a; --raised: #1b2027; --line: #333b46;
  --text: #e7eaee; --faint: #9aa5b1; --accent: #6cb2ff; --high: #ff9b92; --medium: #f2c063;
  --low: #a9b4c0; --high-ground: #43201d; --medium-ground: #3d2f14; --low-ground: #2a313a; --new: #6fd19c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main, header { max-width: 72rem; margin: 0 auto; padding: 0 1.25rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 1.75rem 0 .35rem; }
header p { margin: .2rem 0; color: var(--faint); }
header p.alert { color: var(--high); font-weight: 600; }
header p.person { color: var(--text); background: var(--medium-ground); border-radius: 6px; padding: .5rem .75rem; margin: .75rem 0; }
code { font: .88em/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
form { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .5rem; align-items: center;
  background: var(--ground); border-bottom: 1px solid var(--line); padding: .75rem 0; margin: .75rem 0 1rem; }
input, select, button { font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--line);
  border-radius: 6px; padding: .35rem .6rem; }
input { flex: 1 1 16rem; min-width: 10rem; }
select { max-width: 13rem; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
output { color: var(--faint); margin-left: auto; }
details.group { border: 1px solid var(--line); border-radius: 8px; margin: 0 0 .6rem; background: var(--ground);
  content-visibility: auto; contain-intrinsic-size: auto 3.4rem; }
details.group[open] { content-visibility: visible; }
details.group > summary { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline; cursor: pointer;
  padding: .65rem .9rem; border-radius: 8px; list-style: none; }
details.group > summary::-webkit-details-marker { display: none; }
details.group > summary::before { content: "\\25B8"; color: var(--faint); width: .9em; }
details.group[open] > summary::before { content: "\\25BE"; }
details.group[open] > summary { border-bottom: 1px solid var(--line); border-radius: 8px 8px 0 0; background: var(--raised); }
.level { font-size: .78rem; font-weight: 650; border-radius: 99px; padding: .08rem .6rem; background: var(--low-ground); color: var(--low); }
.level.high, .level.failed { background: var(--high-ground); color: var(--high); }
.level.medium { background: var(--medium-ground); color: var(--medium); }
.headline { font-weight: 600; overflow-wrap: anywhere; }
.whose { color: var(--faint); overflow-wrap: anywhere; }
.counts { color: var(--faint); margin-left: auto; font-variant-numeric: tabular-nums; }
.body { padding: .75rem 1rem 1rem; }
h2 { font-size: .82rem; font-weight: 650; color: var(--faint); margin: 1.1rem 0 .35rem; }
.body > h2:first-child { margin-top: 0; }
ul { margin: 0; padding: 0; list-style: none; }
li { overflow-wrap: anywhere; }
ul.risks li { display: flex; gap: .6rem; align-items: baseline; margin: .25rem 0; }
ul.stacks { display: flex; flex-wrap: wrap; gap: .3rem .4rem; }
ul.stacks li { background: var(--raised); border: 1px solid var(--line); border-radius: 5px; padding: .02rem .45rem; font-size: .9rem; }
ul.steps > li { border-top: 1px solid var(--line); padding: .3rem 0; }
ul.steps > li:first-child { border-top: 0; }
.operation { display: inline-block; min-width: 4.6rem; font-weight: 600; color: var(--faint); }
.operation.create, .operation.import { color: var(--new); }
.operation.delete, .operation.replace { color: var(--high); }
.kind { color: var(--faint); }
table { border-collapse: collapse; width: 100%; margin: .2rem 0 .3rem; table-layout: fixed; }
td { vertical-align: top; padding: .1rem .6rem .1rem 0; overflow-wrap: anywhere; font: .84em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
td:first-child { width: 46%; padding-left: 4.6rem; color: var(--faint); }
td.hidden { color: var(--faint); font-style: italic; }
details.rest { margin: 1.25rem 0; color: var(--faint); }
details.rest summary { cursor: pointer; }
footer { max-width: 72rem; margin: 1.5rem auto 3rem; padding: 0 1.25rem; color: var(--faint); font-size: .9rem; }
kbd { font: inherit; border: 1px solid var(--line); border-bottom-width: 2px; border-radius: 4px; padding: 0 .35rem; background: var(--raised); }
[hidden] { display: none !important; }
@media (max-width: 40rem) { td:first-child { padding-left: 0; } .counts { margin-left: 0; } }
@media print { form, footer { display: none; } body { font-size: 11px; } main, header { max-width: none; padding: 0; }
  details.group { break-inside: avoid-page; content-visibility: visible; } details.group[open] { break-inside: auto; } }
`;
