"""The house rules, held by reading the source: imports point inward, the rules are pure, everything stays small."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "bandeau"

RANKS = (
    {"patterns", "errors", "locales"},  # patterns is the half of model that speaks of names
    {"model"},
    {"decide", "changes"},
    {"declare", "ask", "enforce", "record"},
    {"serve", "audit"},
    {"newsroom"},  # the demo, which lies in examples/ and is part of the wheel
    {"cli"},
    {"testing"},  # for the tests of a site: an audit, as the command line makes it
    {"bandeau", "__main__"},  # the front door: it may name any room, no room comes in by it
)
RANK = {room: rank for rank, rooms in enumerate(RANKS) for room in rooms}
ROOT_NAMES = {"__version__"}
"""What any room may take from the front door itself."""

OUTSIDE = (
    "serve/",
    "record/stores/",
    "audit/visit",
    "audit/collectors/",
    "audit/reports/",
    "audit/many/",
    "cli/",
    "testing/",
    "__main__.py",
)
"""Where the rooms meet the network, the disk, the clock and the terminal."""

EXCEPTIONS = {
    "declare/read.py": {"pathlib", "open", "read_text"},  # reads one file: the declaration
    "declare/catalogue.py": {"importlib.resources", "read_text", "read_bytes"},  # package data
    "audit/notices/vocabulary.py": {"importlib.resources", "read_text", "read_bytes"},  # package data
    "audit/notices/recipe.py": {"importlib.resources", "read_text", "read_bytes"},  # package data
    "locales.py": {"importlib.resources", "read_text", "read_bytes"},  # package data
    "audit/promises/rules.py": {"importlib.resources", "read_text"},  # package data
    "ask/browser/__init__.py": {"importlib.resources", "pathlib", "read_text", "read_bytes"},  # package data
}

# fmt: off
IMPURE_MODULES = {
    "asyncio", "atexit", "calendar", "concurrent", "ctypes", "fcntl", "fileinput", "ftplib", "getpass", "glob",
    "http.client", "http.server", "importlib.resources", "linecache", "locale", "logging", "mmap",
    "multiprocessing", "os", "pathlib", "queue", "random", "sched", "secrets", "select", "selectors", "shelve",
    "shutil", "signal", "smtplib", "socket", "socketserver", "sqlite3", "ssl", "subprocess", "tempfile",
    "threading", "time", "urllib.request", "uuid", "webbrowser", "aiohttp", "anyio", "httpx", "playwright",
    "requests", "rich", "starlette", "typer", "uvicorn", "websockets",
}
# fmt: on
IMPURE_CALLS = {
    "open",
    "print",
    "input",
    "breakpoint",
    "now",
    "today",
    "utcnow",
    "read_text",
    "read_bytes",
    "write_text",
    "write_bytes",
}
NEVER_CALLED = {"eval", "exec", "__import__"}


@dataclass(frozen=True)
class Module:
    """One source file: its place below src/bandeau, and what it says."""

    path: str
    tree: ast.Module
    lines: int

    @property
    def name(self) -> str:
        return "bandeau." + self.path.removesuffix(".py").replace("/", ".").removesuffix("__init__").rstrip(".")

    @property
    def room(self) -> str:
        first = self.path.split("/")[0].removesuffix(".py")
        return "bandeau" if first == "__init__" else first

    @property
    def outside(self) -> bool:
        return self.path.startswith(OUTSIDE)

    def imported(self) -> Iterator[tuple[int, str, str | None]]:
        """Every import, wherever it stands: line, module, and the name taken from it if one is."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name, None) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                package = self.name.rstrip(".").split(".")
                if not self.path.endswith("__init__.py"):
                    package.pop()
                above = package[: len(package) - node.level + 1] if node.level else []
                source = ".".join([*above, *filter(None, [node.module])])
                yield from ((node.lineno, source, alias.name) for alias in node.names)

    def called(self) -> Iterator[tuple[int, str]]:
        """The name of everything that is called, without what stands before its last dot."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", None) or getattr(node.func, "id", None)
                if name is not None:
                    yield node.lineno, name


def house(source: Path) -> list[Module]:
    return [
        Module(path.relative_to(source).as_posix(), ast.parse(text), text.count("\n"))
        for path in sorted(source.rglob("*.py"))
        if "node_modules" not in path.parts
        for text in [path.read_text(encoding="utf-8")]
    ]


def room_of(source: str, name: str | None) -> str | None:
    """The room that an import goes to, ``None`` where it leaves the house or takes what any room may take."""
    first, *rest = source.split(".")
    if first != "bandeau":
        return None
    if rest:
        return rest[0]
    if name in ROOT_NAMES:
        return None
    return name if name in RANK else "bandeau"


def outward_imports(modules: list[Module]) -> list[str]:
    """Imports that do not point inward."""
    found = []
    for module in modules:
        if module.room not in RANK:
            found.append(f"{module.path}: no such room in the design")
            continue
        for line, source, name in module.imported():
            room = room_of(source, name)
            if room is None or room == module.room:
                continue
            if RANK.get(room, len(RANKS)) >= RANK[module.room]:
                found.append(f"{module.path}:{line}: {module.room} may not import {room}")
    return found


def impurities(modules: list[Module]) -> list[str]:
    """I/O, clocks, randomness and logs in the rooms that must have none."""
    found = []
    for module in modules:
        if module.outside:
            continue
        impure = (IMPURE_MODULES | IMPURE_CALLS) - EXCEPTIONS.get(module.path, set())
        for line, source, name in module.imported():
            whole = source if name is None else f"{source}.{name}"
            if {source.split(".")[0], source, whole} & impure:
                found.append(f"{module.path}:{line}: imports {whole}")
        found += [f"{module.path}:{line}: calls {name}()" for line, name in module.called() if name in impure]
    return found


def evaluations(modules: list[Module]) -> list[str]:
    """Text run as code, anywhere."""
    return [
        f"{module.path}:{node.lineno}: {node.func.id}()"
        for module in modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in NEVER_CALLED
    ]


def oversized(modules: list[Module], *, file_lines: int = 350, function_lines: int = 60) -> list[str]:
    """Files and functions that nobody reads in one go."""
    found = [f"{module.path}: {module.lines} lines" for module in modules if module.lines > file_lines]
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > function_lines:
                    found.append(f"{module.path}:{node.lineno}: {node.name} has {length} lines")
    return found


@pytest.fixture(scope="module")
def modules() -> list[Module]:
    found = house(SOURCE)
    assert {"model", "errors", "decide"} <= {module.room for module in found}
    return found


def test_imports_point_inward(modules: list[Module]) -> None:
    assert outward_imports(modules) == []


def test_only_the_edges_do_io_or_look_at_the_clock(modules: list[Module]) -> None:
    assert impurities(modules) == []


def test_no_text_is_run_as_code(modules: list[Module]) -> None:
    assert evaluations(modules) == []


def test_files_and_functions_stay_small(modules: list[Module]) -> None:
    assert oversized(modules) == []


def test_every_exception_to_the_rule_names_a_file(modules: list[Module]) -> None:
    assert EXCEPTIONS.keys() <= {module.path for module in modules}


def one(tmp_path: Path, path: str, text: str) -> list[Module]:
    """A house with one file in it."""
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return house(tmp_path)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("decide.py", "from bandeau.declare import lint"),
        ("model.py", "from bandeau.decide import Policy"),
        ("patterns.py", "import bandeau.errors"),
        ("ask/cookie.py", "import bandeau.enforce.csp"),
        ("ask/cookie.py", "from bandeau import enforce"),
        ("ask/cookie.py", "from bandeau import Policy"),
        ("ask/cookie.py", "def late():\n    from bandeau.serve import site"),
        ("ask/cookie.py", "if TYPE_CHECKING:\n    from bandeau.record.entry import Entry"),
        ("ask/browser/__init__.py", "from ...serve import site"),
        ("ask/cookie.py", "from ..enforce import csp"),
        ("ask/cookie.py", "from .. import enforce"),
        ("ask/__init__.py", "from ..record import entry"),
        ("serve/own.py", "from bandeau.audit import inspect"),
        ("serve/own.py", "from bandeau.cli import main"),
        ("utilities/text.py", ""),
    ],
)
def test_an_outward_import_is_seen(tmp_path: Path, path: str, text: str) -> None:
    assert len(outward_imports(one(tmp_path, path, text))) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("decide.py", "from bandeau.model import Choice"),
        ("ask/cookie.py", "from bandeau.ask.words import words\nfrom . import signals\nfrom ..model import Choice"),
        ("ask/browser/__init__.py", "from ..words import words\nfrom . import built"),
        ("serve/site.py", "from bandeau import decide\nfrom bandeau.record.stores import Store"),
        ("cli/__init__.py", "from bandeau import __version__\nfrom bandeau.serve import site"),
        ("__init__.py", "from bandeau.serve.asgi import Bandeau"),
    ],
)
def test_an_inward_import_is_let_through(tmp_path: Path, path: str, text: str) -> None:
    assert outward_imports(one(tmp_path, path, text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "import socket",
        "import os.path",
        "import urllib.request",
        "from urllib import request",
        "from importlib import resources",
        "def late():\n    import time",
        "text = open('x').read()",
        "print('x')",
        "from datetime import datetime\nstamp = datetime.now()",
        "def size(path):\n    return len(path.read_bytes())",
    ],
)
def test_io_in_a_pure_room_is_seen(tmp_path: Path, text: str) -> None:
    assert impurities(one(tmp_path, "enforce/edits.py", text))
    assert not impurities(one(tmp_path / "edge", "serve/edits.py", text))


def test_code_from_text_is_seen(tmp_path: Path) -> None:
    assert evaluations(one(tmp_path, "serve/site.py", "eval('1')\nexec('2')"))


def test_size_is_seen(tmp_path: Path) -> None:
    long_function = "def long():\n" + "    pass\n" * 60
    assert oversized(one(tmp_path, "model.py", long_function)) == ["model.py:1: long has 61 lines"]
    assert oversized(one(tmp_path, "model.py", "x = 1\n" * 351)) == ["model.py: 351 lines"]
