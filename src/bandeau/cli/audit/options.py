"""The options of ``bandeau audit``: one name for each, so that its signature stays readable."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bandeau.audit.recording import Device, State

_WHAT, _HOW, _OUT, _GATE = "What to audit", "How to look", "Reports, to a file or - for the output", "What fails"

Urls = Annotated[list[str] | None, typer.Argument(help="Pages, such as https://example.org/.", show_default=False)]
Sitemap = Annotated[
    str | None,
    typer.Option(help="All pages of a sitemap, or of a sitemap index.", metavar="URL", rich_help_panel=_WHAT),
]
Listed = Annotated[
    Path | None,
    typer.Option("--list", help="A file with one address a line.", metavar="FILE", rich_help_panel=_WHAT),
]
Recorded = Annotated[
    Path | None,
    typer.Option(help="Judge a saved recording again: no browser.", metavar="FILE", rich_help_panel=_WHAT),
]
Notices = Annotated[
    Path | None,
    typer.Option(
        help="Read what a notice promises, from its saved text or HTML: no browser.",
        metavar="FILE",
        rich_help_panel=_WHAT,
    ),
]
Declared = Annotated[
    Path | None,
    typer.Option(help="The declaration that the site is held against.", metavar="FILE", rich_help_panel=_WHAT),
]

Devices = Annotated[
    list[Device] | None, typer.Option("--device", help="Shown on; repeat it for both.", rich_help_panel=_HOW)
]
States = Annotated[
    list[State] | None,
    typer.Option(
        "--state", help="Only these; repeat it. alone: each declared service by itself.", rich_help_panel=_HOW
    ),
]
Follow = Annotated[
    int, typer.Option(help="Links of each page to open too, in the same state.", min=0, max=20, rich_help_panel=_HOW)
]
Together = Annotated[
    int,
    typer.Option(
        help="Pages of a site read one after the other once its notice is answered; 1: each in clean profiles.",
        min=1,
        max=50,
        rich_help_panel=_HOW,
    ),
]
Scroll = Annotated[bool, typer.Option(help="Scroll each page to its end.", rich_help_panel=_HOW)]
Selectors = Annotated[
    Path | None,
    typer.Option(help="Where single sites have their notice and its buttons.", metavar="FILE", rich_help_panel=_HOW),
]
Autoconsent = Annotated[
    Path | None,
    typer.Option(
        help="The npm package @duckduckgo/autoconsent: asked where a notice is not found or not understood.",
        metavar="FOLDER",
        rich_help_panel=_HOW,
    ),
]
Lists = Annotated[
    list[Path] | None,
    typer.Option(help="A filter list, such as EasyPrivacy; repeat it.", metavar="FILE", rich_help_panel=_HOW),
]
IgnoreRobots = Annotated[
    bool, typer.Option("--ignore-robots", help="Do not heed robots.txt: for your own sites.", rich_help_panel=_HOW)
]
Rate = Annotated[
    float, typer.Option(help="Pages of one host that begin in a second.", min=0.01, max=100, rich_help_panel=_HOW)
]
Jobs = Annotated[
    int | None, typer.Option(help="Browsers at once; as many as processors.", min=1, max=256, rich_help_panel=_HOW)
]
Cluster = Annotated[
    str | None,
    typer.Option(help="A Dask scheduler, whose workers see the pages.", metavar="ADDRESS", rich_help_panel=_HOW),
]
Resume = Annotated[
    Path | None,
    typer.Option(help="Keep the pages in this file, and go on with it.", metavar="FILE", rich_help_panel=_HOW),
]

Html = Annotated[Path | None, typer.Option(help="For people: one file.", metavar="FILE", rich_help_panel=_OUT)]
Json = Annotated[
    Path | None, typer.Option(help="For programs, and a --baseline.", metavar="FILE", rich_help_panel=_OUT)
]
Sarif = Annotated[
    Path | None, typer.Option(help="SARIF 2.1.0, for code scanning.", metavar="FILE", rich_help_panel=_OUT)
]
Junit = Annotated[Path | None, typer.Option(help="JUnit XML, for CI.", metavar="FILE", rich_help_panel=_OUT)]
Save = Annotated[
    Path | None,
    typer.Option(help="The recording, with its pictures beside it.", metavar="FILE", rich_help_panel=_OUT),
]

FailOns = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-on",
        help="error (else nothing is said), warning, note, a code, never; repeat it.",
        rich_help_panel=_GATE,
    ),
]
Baseline = Annotated[
    Path | None, typer.Option(help="A --json report: what it has does not fail.", metavar="FILE", rich_help_panel=_GATE)
]
