/** Style of the HTML report: light and dark by the reader's setting, one column on a phone. */
export const htmlStyle = `
:root {
  color-scheme: light dark;
  --ground: #fbfbfa; --card: #ffffff; --ink: #1c1f23; --soft: #5d6670; --line: #e1e4e8; --track: #eff1f3;
  --passed: #1f7a45; --failed: #b3261e; --pending: #8a5a00; --quiet: #68717b;
  --passed-bar: #3aa568; --failed-bar: #d5473d; --pending-bar: #d69a21; --quiet-bar: #c3c9cf;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171a; --card: #1c2024; --ink: #e7e9ec; --soft: #a3acb5; --line: #31373d; --track: #262b30;
    --passed: #6fcf97; --failed: #ff8f85; --pending: #f0c25e; --quiet: #9aa4ae;
    --passed-bar: #3f9d68; --failed-bar: #e0584e; --pending-bar: #cf9a33; --quiet-bar: #4a525a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; padding: 2rem 1.25rem 4rem; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
main { max-width: 62rem; margin: 0 auto; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .3rem; text-wrap: balance; }
h2 { font-size: 1rem; margin: 0 0 .6rem; }
.meta { color: var(--soft); margin: 0 0 1.6rem; overflow-wrap: anywhere; }
.passed { color: var(--passed); } .failed { color: var(--failed); } .pending { color: var(--pending); }
.skipped, .not-reached { color: var(--quiet); }
.finding {
  background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--tone);
  border-radius: 6px; padding: 1rem 1.2rem; margin: 0 0 1.6rem;
}
.finding.failed { --tone: var(--failed-bar); } .finding.pending { --tone: var(--pending-bar); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.1rem; margin: 0; color: var(--ink); }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.next { font-weight: 600; }
.layers { background: var(--card); border: 1px solid var(--line); border-radius: 6px; margin: 0; padding: 0; list-style: none; }
.layers > li { padding: .8rem 1.2rem; border-top: 1px solid var(--line); }
.layers > li:first-child { border-top: 0; }
.row { display: grid; grid-template-columns: 6.5rem 7rem 1fr 5.5rem; gap: 1rem; align-items: center; }
.name { font-weight: 600; } .status { white-space: nowrap; }
.status::before { content: ""; display: inline-block; width: .62em; height: .62em; margin-right: .5em; background: currentColor; }
.status.passed::before { border-radius: 50%; }
.status.failed::before { transform: rotate(45deg) scale(.9); }
.status.pending::before { clip-path: polygon(50% 0, 100% 100%, 0 100%); }
.status.skipped::before, .status.not-reached::before { height: .14em; vertical-align: .25em; }
.time { text-align: right; color: var(--soft); font-variant-numeric: tabular-nums; white-space: nowrap; }
.track { position: relative; height: .8rem; background: var(--track); border-radius: 3px; overflow: hidden; }
.bar { position: absolute; top: 0; bottom: 0; min-width: 4px; border-radius: 2px; background: var(--quiet-bar); }
.bar.passed { background: var(--passed-bar); } .bar.failed { background: var(--failed-bar); } .bar.pending { background: var(--pending-bar); }
.checks { margin: .45rem 0 0; padding: 0; list-style: none; color: var(--soft); font-size: .875rem; }
.checks li { display: grid; grid-template-columns: 6.5rem 7rem 1fr; gap: 1rem; padding: .1rem 0; }
.checks .text { overflow-wrap: anywhere; } .checks .status::before { width: .5em; height: .5em; }
.checks .status.skipped::before { height: .14em; }
.scale { display: grid; grid-template-columns: 6.5rem 7rem 1fr 5.5rem; gap: 1rem; padding: .5rem 1.2rem 0; color: var(--soft); font-size: .8rem; }
.scale div { grid-column: 3; display: flex; justify-content: space-between; font-variant-numeric: tabular-nums; }
.note { color: var(--pending); }
@media (max-width: 640px) {
  body { padding: 1.2rem .8rem 3rem; font-size: 16px; }
  h1 { font-size: 1.3rem; }
  .finding, .layers > li { padding: .8rem .9rem; }
  .row { grid-template-columns: 1fr auto auto; gap: .4rem .9rem; }
  .row .track { grid-column: 1 / -1; grid-row: 2; }
  .checks li { grid-template-columns: 1fr; gap: 0; padding: .3rem 0; }
  .checks .indent { display: none; }
  .scale { display: flex; padding: .4rem .9rem 0; } .scale div { flex: 1; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin: 0 0 .6rem; }
}
@media print { body { background: none; padding: 0; } .bar, .track, .status::before { print-color-adjust: exact; } }
`;
