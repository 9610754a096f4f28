"""The summary fits on a screen, ends with the verdict, and nothing that a page says steers the terminal."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as some
from rich.console import Console

from bandeau.audit.finding import Audit, Severity
from bandeau.audit.reports.result import Result
from bandeau.audit.reports.text import show
from support.reported import FINDINGS, WORDS, finding, result


def shown(told: Result, *, terminal: bool = False) -> str:
    file = io.StringIO()
    # The colours are named: what the terminal of whoever runs the tests can do is no matter.
    colours = "standard" if terminal else None
    show(told, Console(file=file, width=100, force_terminal=terminal, color_system=colours, highlight=False))
    return file.getvalue()


def test_it_says_what_was_seen_state_by_state_what_was_found_and_last_the_verdict() -> None:
    lines = [line.rstrip() for line in shown(result()).splitlines()]
    assert lines[0] == "gazette.example: 2 pages, desktop, mobile; chromium 150.0.7871.114"
    assert any(line.split() == ["after", "refusing", "3", "of", "3", "1", "0", "0"] for line in lines)
    assert any(line.split() == ["after", "withdrawing", "0", "of", "3", "?", "?", "?"] for line in lines)
    assert any(line.startswith("✕ error   A102  The cookie _rp_uid") for line in lines)
    assert "✕ The promise is broken: 3 errors on 2 of 2 pages, 1 before any choice and 1 after refusing." in lines
    assert lines[-1] == "  What the notice says: 1 kept, 1 broken, 1 not testable here."


def test_many_findings_leave_the_verdict_on_the_screen() -> None:
    many = tuple(finding("A101", Severity.ERROR, f"cookie c{n}", "It was set.") for n in range(500))
    text = shown(result(findings=many))
    assert "and 488 more findings" in text
    assert text.count("\n") < 60


def test_it_is_plain_where_it_is_no_terminal_and_coloured_where_it_is_one() -> None:
    assert "\x1b" not in shown(result())
    assert "\x1b[1;31m✕ error" in shown(result(), terminal=True)


@given(some.text(some.characters(exclude_categories=("Cs",))))
def test_nothing_that_a_page_says_steers_the_terminal(text: str) -> None:
    plain = shown(result(findings=(finding("A101", Severity.ERROR, "a", f"[bold]{text}"),), words=()))
    assert all(letter.isprintable() or letter == "\n" for letter in plain)
    assert "[bold]" in plain


def test_against_a_baseline_what_is_new_is_marked() -> None:
    text = shown(result(baseline=Audit(findings=FINDINGS[:2], words=WORDS)))
    assert "A102  The cookie" in text
    assert "A301  new  sync.regie.example" in text
    assert "Against the baseline: 4 new, 2 still there, 0 gone." in text
