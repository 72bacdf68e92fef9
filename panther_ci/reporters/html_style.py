"""The style sheet of the HTML report: light and dark after the reader's system, wide and narrow."""

STYLE = """
:root {
  color-scheme: light dark;
  --back: #ffffff; --card: #f6f8fa; --line: #d1d9e0; --text: #1f2328; --faint: #59636e;
  --good: #1a7f37; --bad: #c7252e; --warn: #8a5a00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #0d1117; --card: #161b22; --line: #3d444d; --text: #f0f6fc; --faint: #9198a1;
    --good: #4ac26b; --bad: #ff7b72; --warn: #e3b341;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 68rem; padding: 1.5rem 1rem 4rem; background: var(--back);
  color: var(--text); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
}
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1rem; margin: 0; }
p { margin: .25rem 0; }
code, pre { font: .86em/1.5 ui-monospace, monospace; }
pre {
  margin: .5rem 0; padding: .75rem; overflow-x: auto; background: var(--back);
  border: 1px solid var(--line); border-radius: 6px; overflow-wrap: normal;
}
header { border-left: 6px solid var(--good); padding: .25rem 0 .25rem 1rem; }
header.rejected { border-color: var(--bad); }
.faint { color: var(--faint); }
.passed, .accepted h1 { color: var(--good); }
.failed, .errored, .error, .rejected h1 { color: var(--bad); }
.skipped, .warning { color: var(--warn); }
.counts { display: grid; grid-template-columns: repeat(auto-fit, minmax(6.5rem, 1fr)); gap: .75rem;
  margin: 1.5rem 0 0; padding: 0; list-style: none; }
.counts li { background: var(--card); border: 1px solid var(--line); border-radius: 6px;
  padding: .5rem .75rem; color: var(--faint); font-size: .86rem; }
.counts b { display: block; font-size: 1.4rem; line-height: 1.3; color: var(--text); }
article { background: var(--card); border: 1px solid var(--line); border-radius: 6px;
  padding: .75rem 1rem; margin: 0 0 1rem; }
article p { margin: .35rem 0; }
.label { font-weight: 600; margin-right: .4rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .5rem 0; }
dt { color: var(--faint); }
dd { margin: 0; }
table { border-collapse: collapse; width: 100%; font-size: .93rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0;
  border-bottom: 1px solid var(--line); }
th { color: var(--faint); font-weight: 600; }
th, .label, td[data-name="Check"] { white-space: nowrap; }
article th:first-child, td[data-name="Where"] { width: 30%; }
article table { margin: .5rem 0; }
summary { cursor: pointer; }
td ul { margin: 0; padding: 0; list-style: none; }
@media (max-width: 40rem) {
  body { font-size: 15px; padding-top: 1rem; }
  .wide thead { display: none; }
  .wide tr { display: block; padding: .4rem 0; border-bottom: 1px solid var(--line); }
  .wide td { display: block; width: auto; border: 0; padding: .1rem 0; white-space: normal; }
  .wide td:empty { display: none; }
  .wide td[data-name]::before { content: attr(data-name) ": "; color: var(--faint); }
}
"""
