"""The options of ``bandeau audit``, one line each in its signature."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bandeau.audit.recording import Device, State

_WHAT, _HOW, _OUT, _GATE = "What to audit", "How to look", "Reports", "What fails"


def _option(help_: str, panel: str, *names: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(*names, help=help_, rich_help_panel=panel)
    return option


Urls = Annotated[list[str] | None, typer.Argument(help="The pages to audit, such as https://example.org/.")]
Recorded = Annotated[
    Path | None, _option("Judge a saved recording again: no browser, no network.", _WHAT, "--recording")
]
Declared = Annotated[
    Path | None, _option("Hold the site against this declaration, such as bandeau.toml.", _WHAT, "--declaration")
]
Html = Annotated[Path | None, _option("Write the report for people: one file that stands alone.", _OUT, "--html")]
Json = Annotated[Path | None, _option("Write the report for programs; a later --baseline.", _OUT, "--json")]
Sarif = Annotated[Path | None, _option("Write SARIF 2.1.0, for code scanning.", _OUT, "--sarif")]
Junit = Annotated[Path | None, _option("Write JUnit XML, for the test reports of CI.", _OUT, "--junit")]
Save = Annotated[Path | None, _option("Save the recording, pictures beside it, to judge it again.", _OUT, "--save")]
FailOns = Annotated[
    list[str] | None,
    _option("What makes it end with 3: error (the default), warning, note, a code, or never.", _GATE, "--fail-on"),
]
Baseline = Annotated[
    Path | None, _option("A report from --json: what it has already does not fail.", _GATE, "--baseline")
]
Devices = Annotated[list[Device] | None, _option("desktop (the default) or mobile; may be repeated.", _HOW, "--device")]
States = Annotated[
    list[State] | None, _option("Only these states; may be repeated. All but alone otherwise.", _HOW, "--state")
]
Follow = Annotated[int, typer.Option(help="Open so many links of each page too.", min=0, max=50, rich_help_panel=_HOW)]
Scroll = Annotated[bool, typer.Option(help="Scroll through each page.", rich_help_panel=_HOW)]
