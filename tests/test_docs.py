"""The documentation names everything that is promised, its links lead somewhere, and its code is code."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from textwrap import dedent

import pytest

import bandeau
from bandeau import errors
from bandeau.cli import COMMANDS
from bandeau.cli.audit import COMMANDS as BESIDE_THE_AUDIT
from bandeau.cli.audit.site import site
from bandeau.cli.ledger import COMMANDS as OF_THE_LEDGER

ROOT = Path(__file__).parent.parent
AT_THE_TOP = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
PAGES = [ROOT / name for name in AT_THE_TOP] + sorted((ROOT / "docs").rglob("*.md")) + [ROOT / "scripts" / "README.md"]
FOR_USERS = "\n".join(
    page.read_text(encoding="utf-8") for page in PAGES if page.name == "README.md" or "docs" in page.parts
)

FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)[^\n]*\n(?P<code>.*?)^(?P=indent)```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")
HEADING = re.compile(r"^#+ (?P<text>.+)$", re.MULTILINE)


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def prose(page: Path) -> str:
    """A page without its code blocks, in which brackets and hashes mean something else."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """The anchors that a forge makes of a page's headings: lower case, no punctuation, hyphens for spaces."""
    headings = (match["text"].strip().lower() for match in HEADING.finditer(prose(page)))
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in headings}


def broken_links(page: Path) -> list[str]:
    found = []
    for match in LINK.finditer(prose(page)):
        target = match["target"]
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        goal = (page.parent / path).resolve() if path else page
        if not goal.exists() or (anchor and goal.suffix == ".md" and anchor not in anchors(goal)):
            found.append(target)
    return found


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    assert broken_links(page) == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_python_example_compiles(page: Path) -> None:
    for match in FENCE.finditer(page.read_text(encoding="utf-8")):
        if match["language"] in ("python", "py"):
            compile(dedent(match["code"]), name_of(page), "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    assert re.search(rf"\bbandeau {command}\b", FOR_USERS)


@pytest.mark.parametrize("command", [command.__name__ for command in OF_THE_LEDGER])
def test_every_command_of_the_ledger_is_documented(command: str) -> None:
    assert re.search(rf"\bbandeau ledger {command}\b", FOR_USERS)


@pytest.mark.parametrize("command", [command.__name__ for command in BESIDE_THE_AUDIT])
def test_every_command_beside_the_audit_is_documented(command: str) -> None:
    assert re.search(rf"\bbandeau audit {command}\b", FOR_USERS)


def test_every_option_of_the_audit_is_documented() -> None:
    page = (ROOT / "docs" / "reference" / "command-line.md").read_text(encoding="utf-8")
    names = {"listed": "list"}  # where Python's own word would be hidden
    options = [names.get(name, name).replace("_", "-") for name in inspect.signature(site).parameters if name != "urls"]
    assert [option for option in options if f"`--{option}" not in page] == []


@pytest.mark.parametrize("name", [name for name in getattr(bandeau, "__all__", ()) if not name.startswith("__")])
def test_every_promised_name_is_documented(name: str) -> None:
    assert re.search(rf"\b{name}\b", FOR_USERS)


@pytest.mark.parametrize(
    "error", [name for name, value in vars(errors).items() if inspect.isclass(value) and issubclass(value, Exception)]
)
def test_every_error_is_documented(error: str) -> None:
    assert f"`{error}`" in FOR_USERS


def test_every_page_is_in_the_index() -> None:
    index = ROOT / "docs" / "README.md"
    listed = {(index.parent / match["target"].partition("#")[0]).resolve() for match in LINK.finditer(prose(index))}
    assert {name_of(page) for page in PAGES if page != index and page not in listed} == set()


def test_every_script_is_explained() -> None:
    text = (ROOT / "scripts" / "README.md").read_text(encoding="utf-8")
    scripts = {path.name for path in (ROOT / "scripts").iterdir() if path.is_file() and not path.suffix}
    assert {name for name in scripts if f"`{name}" not in text} == set()


def test_a_broken_link_and_a_missing_heading_are_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A « title »!\n[a](page.md#a--title-) [b](page.md#nothing) [c](no.md)\n```\n[d](no.md)\n```\n")
    assert broken_links(page) == ["page.md#nothing", "no.md"]
