/** Style of the dashboard: light and dark by the reader's setting, one column where there is little room. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: #fbfbfa; --card: #ffffff; --ink: #1c1f23; --soft: #5d6670; --line: #e1e4e8; --accent: #1a5fb4;
  --passed: #1f7a45; --failed: #b3261e; --pending: #8a5a00; --quiet: #68717b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171a; --card: #1c2024; --ink: #e7e9ec; --soft: #a3acb5; --line: #31373d; --accent: #8ab8ff;
    --passed: #6fcf97; --failed: #ff8f85; --pending: #f0c25e; --quiet: #9aa4ae;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; padding: 1.5rem 1.25rem 3rem; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
header, main { max-width: 72rem; margin: 0 auto; }
header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: baseline; margin-bottom: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; }
h2 { font-size: 1.05rem; margin: 0 0 .6rem; }
nav { display: flex; flex-wrap: wrap; gap: .3rem 1rem; flex: 1; }
a { color: var(--accent); }
a.skip { position: absolute; left: -99rem; } a.skip:focus { position: static; }
button {
  font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--soft); border-radius: 6px;
  padding: .25rem .8rem; cursor: pointer;
}
button:disabled { color: var(--quiet); border-color: var(--line); cursor: default; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
main { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 32rem), 1fr)); gap: 1rem; }
section {
  background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 1rem 1.2rem; min-width: 0;
}
section.wide { grid-column: 1 / -1; }
@media (min-width: 70rem) { #revisions { grid-row: span 2; } }
.meta { color: var(--soft); margin: 0 0 .6rem; overflow-wrap: break-word; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: .85rem; }
th, td { padding: .3rem .9rem .3rem 0; border-top: 1px solid var(--line); vertical-align: top; overflow-wrap: break-word; }
thead th { border-top: 0; white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
th.number { text-align: right; }
.passed { color: var(--passed); } .failed { color: var(--failed); } .pending { color: var(--pending); }
.skipped, .not-reached { color: var(--quiet); }
.status { white-space: nowrap; }
li .status { white-space: normal; }
.status::before { content: ""; display: inline-block; width: .62em; height: .62em; margin-right: .5em; background: currentColor; }
.status.passed::before { border-radius: 50%; }
.status.failed::before { transform: rotate(45deg) scale(.9); }
.status.pending::before { clip-path: polygon(50% 0, 100% 100%, 0 100%); }
.status.skipped::before, .status.not-reached::before { height: .14em; vertical-align: .25em; }
@media (max-width: 40rem) {
  body { padding: 1rem .75rem 2rem; }
  h1 { flex-basis: 100%; }
  thead { display: none; }
  table, tbody, tr, td { display: block; }
  tr { border-top: 1px solid var(--line); padding: .45rem 0; }
  td { position: relative; border: 0; padding: .1rem 0 .1rem 8rem; overflow-wrap: anywhere; }
  td::before { content: attr(data-head); position: absolute; left: 0; color: var(--soft); font-size: .85rem; }
  td.number { text-align: left; }
}
ul { margin: 0; padding: 0; list-style: none; }
.note { color: var(--pending); }
`;
