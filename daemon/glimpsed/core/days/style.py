"""How a report looks, in light, in dark and on paper.

Rules of this file: data; one style sheet, and the policy that admits it by its digest and nothing else: no
script, no network, no other style. Text has a contrast of 4.5 or more to what it stands on (a test measures).
"""

import base64
import hashlib

STYLE = """
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --ink: #1b2230; --soft: #566073; --line: #e3e7ee; --pause: #eef1f5;
  --track: #e9edf3; --accent: #2f62c9; --on-bar: #ffffff; --mark: #c2410c;
  --coding: #2f62c9; --research: #13776b; --meeting: #ad3c75; --content-creation: #7650c4;
  --communication: #a8570a; --administration: #566577; --mixed: #74641a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f131a; --card: #171d27; --ink: #e7ebf2; --soft: #9fabbd; --line: #2a3342; --pause: #1d2430;
    --track: #252e3c; --accent: #86aefc; --on-bar: #0f131a; --mark: #ff9d6b;
    --coding: #86aefc; --research: #5fcdbb; --meeting: #f39cc4; --content-creation: #bfa2f7;
    --communication: #f2b26a; --administration: #aab7c9; --mixed: #d3c36a;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
  font-variant-numeric: tabular-nums;
}
main { max-width: 1080px; margin: 0 auto; padding: 40px 24px 56px; }
header p { margin: 0; color: var(--soft); }
h1 { margin: 2px 0 4px; font-size: 2rem; line-height: 1.2; letter-spacing: -0.015em; font-weight: 650; }
h2 { margin: 0 0 12px; font-size: 1.05rem; font-weight: 650; }
section, figure { margin: 20px 0 0; padding: 20px 22px; }
section, figure, .facts > div { background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
figure > div { overflow-x: auto; }
.facts { display: grid; gap: 12px; margin: 24px 0 0; }
.facts { grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); }
.facts > div { padding: 14px 18px; }
.facts dt { color: var(--soft); font-size: 0.85rem; }
.facts dd { margin: 0; font-size: 1.45rem; font-weight: 620; letter-spacing: -0.01em; }
.facts small { display: block; color: var(--soft); font-size: 0.85rem; font-weight: 400; letter-spacing: 0; }
.pair { columns: 2 400px; column-gap: 20px; }
.pair > section { margin: 0; break-inside: avoid; }
.pair > section, .pair { margin-top: 20px; }
.pair > section:first-child { margin-top: 0; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 7px 0; text-align: left; vertical-align: top; font-weight: inherit; }
th, td { overflow-wrap: anywhere; }
thead th { padding-top: 0; color: var(--soft); font-size: 0.85rem; }
tbody tr { border-top: 1px solid var(--line); }
th + th, th + td, td + td { padding-left: 16px; }
.number { text-align: right; white-space: nowrap; overflow-wrap: normal; }
.when { white-space: nowrap; width: 1%; overflow-wrap: normal; }
.share { width: 30%; vertical-align: middle; }
.share svg { display: block; width: 100%; height: 8px; }
.share .track { fill: var(--track); }
.share .fill { fill: var(--accent); }
.share .rest { fill: var(--soft); }
.soft, .none { color: var(--soft); }
.none { margin: 8px 0 0; }
.what p { margin: 2px 0 0; color: var(--soft); font-size: 0.92rem; }
.what strong { font-weight: 600; }
.what details { margin-top: 4px; font-size: 0.92rem; }
.what summary { color: var(--accent); cursor: pointer; }
.what ol { margin: 4px 0 2px; padding-left: 1.4em; }
.tag { display: inline-block; white-space: nowrap; }
.tag::before {
  content: ""; display: inline-block; width: 9px; height: 9px; margin-right: 7px; border-radius: 3px;
  background: currentColor;
}
.pause td { padding: 4px 0; color: var(--soft); font-size: 0.88rem; background: var(--pause); }
.pause td + td { padding-left: 16px; }
.pause td:first-child { padding-left: 0; }
.habit { margin: 0; padding: 0; list-style: none; }
.habit li + li { margin-top: 8px; padding-top: 8px; border-top: 1px solid var(--line); }
footer { margin-top: 24px; color: var(--soft); font-size: 0.85rem; }
svg.day { display: block; width: 100%; min-width: 720px; height: auto; font-size: 12px; }
svg.day text { fill: var(--soft); unicode-bidi: plaintext; }
svg.day .hour { stroke: var(--line); stroke-width: 1; }
svg.day .at { text-anchor: middle; }
svg.day .row { text-anchor: end; fill: var(--ink); font-size: 13px; }
svg.day .sum { text-anchor: end; }
svg.day .break rect { fill: var(--pause); }
svg.day .break text, svg.day .shift text { text-anchor: middle; }
svg.day .shift line { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 3 3; }
svg.day .bar text { fill: var(--on-bar); font-weight: 500; }
svg.day .bar:hover rect { opacity: 0.85; }
svg.day .mark circle { fill: var(--mark); stroke: var(--card); stroke-width: 1.5; }
.coding { fill: var(--coding); color: var(--coding); }
.research { fill: var(--research); color: var(--research); }
.meeting { fill: var(--meeting); color: var(--meeting); }
.content_creation { fill: var(--content-creation); color: var(--content-creation); }
.communication { fill: var(--communication); color: var(--communication); }
.administration { fill: var(--administration); color: var(--administration); }
.mixed { fill: var(--mixed); color: var(--mixed); }
@media (max-width: 560px) {
  main { padding: 24px 14px 40px; }
  section, figure { padding: 16px 14px; }
  h1 { font-size: 1.6rem; }
  .wide { display: none; }
  .course thead { display: none; }
  .course tr { display: grid; grid-template-columns: 1fr auto; padding: 6px 0; }
  .course td { width: auto; padding: 1px 0; }
  .course .what { grid-column: 1 / -1; }
}
@media print {
  :root {
    color-scheme: light;
    --page: #ffffff; --card: #ffffff; --ink: #1b2230; --soft: #566073; --line: #e3e7ee; --pause: #eef1f5;
    --track: #e9edf3; --accent: #2f62c9; --on-bar: #ffffff; --mark: #c2410c;
    --coding: #2f62c9; --research: #13776b; --meeting: #ad3c75; --content-creation: #7650c4;
    --communication: #a8570a; --administration: #566577; --mixed: #74641a;
  }
  html { font-size: 9pt; }
  .share { width: 18%; }
  body { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  section, figure, .facts > div { border-radius: 0; }
  section, figure { padding: 12px 14px; }
  .pair { columns: 2 220px; }
  figure, tr, .facts { break-inside: avoid; }
  h2 { break-after: avoid; }
  svg.day { min-width: 0; }
}
"""

_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

POLICY = f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'"
"""What a browser may load for a report: this style, and nothing."""
