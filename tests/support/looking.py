"""What tests look at a page with: axe-core, what spills over, and which words are broken."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

# What is cut, or stands outside of the window. What is meant to scroll, or to be unseen, is not looked at.
SPILLS = """(parts, wide) => parts.flatMap(part => [part, ...part.querySelectorAll('*')]).filter(node => {
  const style = getComputedStyle(node), box = node.getBoundingClientRect();
  if (!node.checkVisibility() || node.matches('.bandeau-unseen')) return false;
  const cut = style.display !== 'inline' && node.clientWidth && node.scrollWidth > node.clientWidth;
  return cut || box.left < -0.5 || box.right > wide + 0.5;
}).map(node => node.outerHTML.slice(0, 160))"""
# The words of a text that stand on more than one line.
BROKEN = """nodes => nodes.flatMap(node => [...node.textContent.matchAll(/[^\\s-]+/g)].filter(word => {
  const range = document.createRange(), text = node.firstChild;
  range.setStart(text, word.index);
  range.setEnd(text, word.index + word[0].length);
  return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1;
}).map(word => word[0]))"""
FONT = "DejaVu Sans Condensed"
"""About as wide as what phones have; DejaVu Sans itself, which is the only one elsewhere here, is much wider."""

WORDLESS = ("ja", "zh")
"""Languages that are written without spaces, whose lines end anywhere."""


def violations(page: Page, part: str | None) -> list[tuple[str, list[str]]]:
    """What axe-core finds: in our own part of a page, or on a page of our own, where good practice counts as well."""
    page.evaluate(AXE_SCRIPT)
    tags = WCAG if part else [*WCAG, "best-practice"]
    found: dict[str, Any] = page.evaluate(
        "([part, values]) => axe.run(part ? {include: [part]} : document, {runOnly: {type: 'tag', values}})",
        [part, tags],
    )
    return [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found["violations"]]


def unfold(page: Page) -> None:
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
