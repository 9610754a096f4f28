"""The style of the receipt, which stands inside the file: the colours of the notice, and what paper needs."""

from __future__ import annotations

STYLE = """
:root {
  --ink: #1b1d21; --paper: #fff; --quiet: #54565a; --line: #d2d2d3; --soft: #f4f4f4;
  --yes: #136c31; --no: #b3201a; --some: #7a5200;
  color-scheme: light;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ink: #ecebe6; --paper: #17181b; --quiet: #b8b7b4; --line: #42434a; --soft: #212226;
    --yes: #6fd08a; --no: #ff9a90; --some: #f0c661;
    color-scheme: dark;
  }
}
* { box-sizing: border-box; margin: 0; padding: 0 }
body { background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere }
main { max-width: 48rem; margin: 0 auto; padding: 2rem max(3vw, 1rem) 3rem }
.site { color: var(--quiet); font-weight: 600 }
h1 { margin-bottom: 1rem; font-size: 1.875rem; line-height: 1.2 }
h2 { font-size: 1.25rem; line-height: 1.3 }
h3 { font-size: 1rem }
.lead { margin-bottom: 1.25rem; max-width: 40rem }
section { margin-top: 1.25rem; padding: 1.25rem; border: 1px solid var(--line); border-radius: 0.75rem }
section > h2 + p { margin-bottom: 0.75rem; color: var(--quiet) }
.done::first-letter, dt::first-letter { text-transform: uppercase }
table { width: 100%; border-collapse: collapse; border-bottom: 1px solid var(--line) }
th, td { padding: 0.25rem 0; text-align: start; vertical-align: middle; font-weight: 400 }
th:first-child { padding-inline-end: 0.75rem }
td, thead th:not(:first-child) { width: 27%; padding-inline-start: 0.375rem }
thead th { padding-bottom: 0.375rem; vertical-align: bottom }
thead th { color: var(--quiet); font-size: 0.8125rem; line-height: 1.3 }
.purpose > * { padding-top: 0.5rem; border-top: 1px solid var(--line) }
tbody tr:last-child > * { padding-bottom: 0.5rem }
.service th { padding-inline-start: 0.75rem; font-size: 0.875rem; color: var(--quiet) }
td span {
  display: block; padding: 0.25rem 0.5rem; border-inline-start: 0.3125rem solid var(--c); color: var(--c);
  background: color-mix(in srgb, var(--c) 10%, var(--paper));
  font-size: 0.875rem; font-weight: 600; line-height: 1.3; overflow-wrap: normal;
}
.yes { --c: var(--yes) }
.no { --c: var(--no) }
.some { --c: var(--some) }
.yes::before { content: "✓ " }
.no::before { content: "✕ " }
.some::before { content: "◐ " }
dl { margin-top: 0.75rem; font-size: 0.875rem }
dl div { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: 0.125rem 0 }
dt { flex: 0 0 9.5rem; color: var(--quiet) }
main > dl dt { flex-basis: 13rem }
dd { flex: 1 1 16rem; min-width: 0 }
code { font: 0.75rem/1.6 ui-monospace, "DejaVu Sans Mono", monospace; unicode-bidi: isolate }
pre { margin-bottom: 0.75rem; padding: 0.75rem 1rem; border-radius: 0.5rem }
pre { background: var(--soft); white-space: pre-wrap }
details { margin-top: 0.5rem; font-size: 0.875rem }
summary { padding: 0.625rem 0; min-height: 44px; font-weight: 600; cursor: pointer }
.said { padding: 0.5rem 1rem; border-inline-start: 1px solid var(--line); color: var(--quiet) }
.said p { margin-bottom: 0.25rem }
nav { display: flex; flex-wrap: wrap; gap: 0 1.5rem; margin-top: 1.5rem }
nav a { padding: 0.75rem 0; font-size: 0.875rem }
a { color: inherit }
:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px }
@media screen and (max-width: 44rem) {
  section { padding: 1rem; margin-inline: -0.25rem }
}
@media screen and (max-width: 36rem) {
  tr { display: grid; grid-template-columns: 1fr 1fr; gap: 0.25rem 0.375rem; padding: 0.25rem 0 }
  tr > * { width: auto !important; padding: 0 !important; border: 0 !important }
  tr > :first-child { grid-column: 1 / -1 }
  .purpose { border-top: 1px solid var(--line); padding-top: 0.5rem }
  tbody tr:last-child { padding-bottom: 0.625rem }
}
@media print {
  @page { size: A4; margin: 18mm 16mm }
  body { font-size: 10.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact }
  main { max-width: none; padding: 0 }
  section { padding: 0.75rem 1rem }
  tr, dl div, pre { break-inside: avoid }
  h1, h2, h3 { break-after: avoid }
  nav, details:not([open]) { display: none }
}
"""
