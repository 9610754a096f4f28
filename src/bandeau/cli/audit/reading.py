"""``bandeau audit --notice``: what a notice promises, from its saved words alone."""

from __future__ import annotations

from pathlib import Path

import msgspec
from rich.console import Console
from rich.text import Text

from bandeau.audit.finding import Promise
from bandeau.audit.promises import read_text
from bandeau.audit.promises.markup import text_of
from bandeau.audit.repeated import printable
from bandeau.audit.reports.wording import count
from bandeau.cli.audit.files import STDOUT, read_bytes, write


def read_notice(path: Path, json: Path | None) -> None:
    """Read a saved text or page, and tell its promises and the text that no rule reads.

    Raises:
        SetupError: it cannot be read, or the JSON cannot be written.
    """
    text = read_bytes(path).decode("utf-8-sig", "replace")
    if path.suffix.lower() in (".html", ".htm", ".xhtml") or text.lstrip().startswith("<"):
        text = text_of(text)
    promises, unread = read_text(text)
    if json:
        told = msgspec.json.encode({"promises": promises, "unread": unread}, order="deterministic")
        write(json, msgspec.json.format(told, indent=1) + b"\n")
    if json != STDOUT:
        _show(promises, unread)


def _show(promises: tuple[Promise, ...], unread: tuple[str, ...]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"{count(len(promises), 'promise')}", style="bold")
    for promise in promises:
        said = ", ".join(f"{name} {value}" for name, value in sorted(promise.says.items()))
        console.print(Text.assemble("  ", (promise.kind, "cyan"), f"  {printable(said)}".rstrip()))
        console.print(Text(f"    « {printable(promise.quote)} »"))
    console.print(f"{count(len(unread), 'passage')} that no rule reads", style="bold")
    for text in unread:
        console.print(Text(f"    {printable(text)}", "dim"))
