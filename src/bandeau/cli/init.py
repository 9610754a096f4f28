"""``bandeau init``: a first declaration, drafted from what a browser sees of the site."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bandeau.audit.recording import Recording


def init(
    pages: Annotated[
        list[str] | None, typer.Option("--from", metavar="URL", help="A page of the site; repeat it for more.")
    ] = None,
    recording: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draft from a saved recording instead: no browser.")
    ] = None,
    follow: Annotated[int, typer.Option(min=0, max=20, help="Links of each page to open too.")] = 3,
    ignore_robots: Annotated[
        bool, typer.Option("--ignore-robots", help="Do not heed robots.txt: for your own sites.")
    ] = False,
    output: Annotated[Path, typer.Option(metavar="FILE", help="Where to write it; - is the standard output.")] = Path(
        "bandeau.toml"
    ),
) -> None:
    """Draft a declaration: a real browser opens pages and accepts everything, and what it sees is written down.

    What was seen stands as it was seen. What only you can know (who answers for the site, what an unknown
    host is for) is a guess, marked GUESS. The draft can be used at once, in observe mode: it holds nothing, and reports
    from real visits tell what it does not name yet.

    For example:

      bandeau init --from https://staging.example.org/

      bandeau check bandeau.toml
    """
    from bandeau.audit.draft import GUESS, draft
    from bandeau.audit.sightings import gather
    from bandeau.cli.audit.files import STDOUT, write
    from bandeau.cli.audit.judging import know, read_recording
    from bandeau.errors import SetupError

    if bool(pages) == bool(recording):
        raise typer.BadParameter("name pages with --from, or a --recording, and not both.")
    if output != STDOUT and output.exists():
        raise SetupError(f"{output} is there already and stays as it is; name another file with --output.")
    seen = read_recording(recording).whole() if recording else _visited(pages or [], follow, robots=not ignore_robots)
    text = draft(seen, gather(seen, know()))
    write(output, text.encode())
    if output != STDOUT:
        _tell(output, text.count(GUESS))


def _visited(pages: list[str], follow: int, *, robots: bool) -> Recording:
    from rich.console import Console

    from bandeau.audit.many.run import Politeness
    from bandeau.audit.recording import State
    from bandeau.audit.visit import Plan
    from bandeau.cli.audit.visiting import Way, targets, visited

    plan = Plan(states=(State.BEFORE, State.ACCEPTED), read=False, follow=follow, screenshots=False)
    way = Way(plan, Politeness(robots=robots))
    with visited(targets(pages, None, None, robots=robots), way, None, Console(stderr=True)) as tape:
        return tape.whole()


def _tell(output: Path, guesses: int) -> None:
    from rich.console import Console

    console = Console()
    console.print(f"{output} is drafted, with {guesses} guesses marked GUESS. Next:", soft_wrap=True)
    console.print(f"  bandeau check {output}", markup=False)
    console.print("  and serve the site with it: in observe mode nothing is held, and bandeau report tells the rest.")
