"""``bandeau policy``: the cookie policy page, always true because it follows from the declaration."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bandeau.cli.records import FOLDER, Database, is_there, opened, own_keys

if TYPE_CHECKING:
    from bandeau.ask.notice import Version


class Form(StrEnum):
    """How the policy is printed."""

    HTML = "html"
    FRAGMENT = "fragment"
    MARKDOWN = "markdown"


def policy(
    declaration: Annotated[Path, typer.Argument(help="The declaration.")] = Path("bandeau.toml"),
    form: Annotated[Form, typer.Option("--format", help="A whole page, a fragment to embed, or Markdown.")] = Form.HTML,
    data: Annotated[
        Path, typer.Option(envvar="BANDEAU_DATA", help="The folder of keys and records, for the policy's history.")
    ] = FOLDER,
    database: Database = None,
    language: Annotated[str, typer.Option(help="One of the declaration's languages; its first by default.")] = "",
) -> None:
    """Print the cookie policy: every service, tracker, lifetime and recipient that the declaration names.

    Where there are records, the versions of the policy follow, each with the day since which it is.

    Example: bandeau policy bandeau.toml --format markdown --language en > cookies.md
    """
    from bandeau.ask.notice import View, policy_fragment, policy_markdown, policy_page
    from bandeau.decide import Policy
    from bandeau.declare import read_declaration
    from bandeau.errors import SetupError

    declared = read_declaration(declaration)
    offered = declared.site.languages
    if language and language not in offered:
        raise SetupError(f"{declaration} is not in {language!r}; its languages are {', '.join(offered)}.")
    view = View(Policy(declared, None), language or offered[0], "/")
    write = {Form.HTML: policy_page, Form.FRAGMENT: policy_fragment, Form.MARKDOWN: policy_markdown}[form]
    print(write(view, _versions(data, database)))


def _versions(data: Path, database: str | None) -> tuple[Version, ...]:
    """The versions that were in force, none where nothing was ever recorded."""
    from bandeau.serve.opening import versions_of

    if not is_there(data, database):
        return ()
    with opened(data, database, own_keys(data)) as store:
        return versions_of(store.archived("declaration"))
