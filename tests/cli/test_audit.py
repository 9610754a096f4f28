"""``bandeau audit``: judges what was recorded, writes what is asked for, and ends with the code that CI goes by."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rich.console import Console

from bandeau.audit.facts import CookieSet
from bandeau.audit.many.table import Progress
from bandeau.audit.recording import Page, Recording, State, Trouble, format_recording, parse_recording
from bandeau.cli.audit.visiting import Shown
from support.commands import Run, runner
from support.recordings import HOME, page, recorded, stay
from support.reported import png
from support.servers import serve_wsgi


@pytest.fixture
def bandeau(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> Run:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    return runner(monkeypatch, capfdbinary)


def tracked(*names: str) -> Recording:
    """A page that sets cookies of a measurer after everything was refused."""
    facts = (
        CookieSet(
            name=name,
            value="GA1.1.9482716350.1764152214",
            domain="gazette.example",
            lifetime=63_072_000,
            page=HOME,
            via="document.cookie",
        )
        for name in names
    )
    return recorded(page(stay(State.BEFORE, screenshot="home.png"), stay(State.REFUSED, *facts)))


def saved(recording: Recording, name: str = "site.json") -> Path:
    path = Path(name)
    path.write_bytes(format_recording(recording))
    return path


def test_what_fails_ends_with_3_and_a_clean_site_with_0(bandeau: Run) -> None:
    broken = bandeau("audit", "--recording", saved(tracked("_ga")))
    assert broken.code == 3
    assert "_ga" in broken.out
    assert "The promise is broken: 1 error" in broken.out
    kept = bandeau("audit", "--recording", saved(tracked()))
    assert kept.code == 0
    assert "The promise is kept" in kept.out


@pytest.mark.parametrize(("words", "code"), [(["never"], 0), (["warning"], 3), (["A102"], 3), (["A301"], 0)])
def test_what_fails_is_what_is_asked_for(bandeau: Run, words: list[str], code: int) -> None:
    options = [part for word in words for part in ("--fail-on", word)]
    assert bandeau("audit", "--recording", saved(tracked("_ga")), *options).code == code


def test_a_misspelt_word_fails_at_once_and_says_what_is_allowed(bandeau: Run) -> None:
    ran = bandeau("audit", "--recording", saved(tracked("_ga")), "--fail-on", "errors")
    assert ran.code == 1
    assert "'errors' is neither a severity (error, warning, note, never) nor the code of a finding" in ran.err


def test_all_reports_are_written_and_say_the_same(bandeau: Run) -> None:
    files = ("--html", "r.html", "--json", "r.json", "--sarif", "r.sarif", "--junit", "r.xml")
    assert bandeau("audit", "--recording", saved(tracked("_ga")), *files).code == 3
    assert "The promise is broken: 1 error" in Path("r.html").read_text()
    assert json.loads(Path("r.json").read_text())["summary"]["errors"] == 1
    assert json.loads(Path("r.sarif").read_text())["runs"][0]["results"][0]["level"] == "error"
    assert ElementTree.parse("r.xml").getroot().get("failures") == "1"


def test_a_report_on_the_output_stands_there_alone(bandeau: Run) -> None:
    ran = bandeau("audit", "--recording", saved(tracked("_ga")), "--json", "-")
    assert json.loads(ran.out)["verdict"] == "broken"
    assert "The promise is broken" in ran.err


def test_two_reports_on_the_output_are_refused(bandeau: Run) -> None:
    ran = bandeau("audit", "--recording", saved(tracked()), "--json", "-", "--sarif", "-")
    assert (ran.code, ran.out) == (1, "")
    assert "Only one report can go to the output" in ran.err


def test_a_folder_that_is_missing_is_told_before_anything_is_done(bandeau: Run) -> None:
    ran = bandeau("audit", "https://gazette.example/", "--html", "no/such/r.html")
    assert ran.code == 1
    assert ran.err == "bandeau: --html: the folder no/such does not exist.\n"


def test_with_a_baseline_only_what_is_new_fails(bandeau: Run) -> None:
    bandeau("audit", "--recording", saved(tracked("_ga")), "--json", "old.json")
    same = bandeau("audit", "--recording", saved(tracked("_ga")), "--baseline", "old.json")
    assert same.code == 0
    assert "Against the baseline: 0 new, 1 still there, 0 gone." in same.out
    assert bandeau("audit", "--recording", saved(tracked("_ga", "_gid")), "--baseline", "old.json").code == 3


def test_diff_shows_what_is_new_gone_and_still_there(bandeau: Run) -> None:
    bandeau("audit", "--recording", saved(tracked("_ga", "_fbp")), "--json", "old.json")
    bandeau("audit", "--recording", saved(tracked("_ga", "_gid")), "--json", "new.json")
    ran = bandeau("audit", "diff", "old.json", "new.json")
    assert ran.code == 3
    assert [line for line in ran.out.splitlines() if line[0].isdigit()] == ["1 new", "1 gone", "1 still"]
    assert ran.out.index("_gid") < ran.out.index("_fbp")
    assert "_ga " not in ran.out
    told = json.loads(bandeau("audit", "diff", "old.json", "new.json", "--json").out)
    assert {name: len(findings) for name, findings in told.items()} == {"new": 1, "gone": 1, "still": 1}
    assert bandeau("audit", "diff", "new.json", "new.json").code == 0


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "no such file or directory"),
        (b"{}", "this is no report of bandeau audit --json"),
        (b"\xff", "this is no report of bandeau audit --json"),
    ],
)
def test_what_is_no_report_is_one_clear_sentence(bandeau: Run, content: bytes | None, told: str) -> None:
    if content is not None:
        Path("old.json").write_bytes(content)
    ran = bandeau("audit", "--recording", saved(tracked()), "--baseline", "old.json")
    assert ran.code == 1
    assert ran.err.startswith("bandeau: old.json")
    assert told in ran.err


def test_a_recording_that_is_none_is_one_clear_sentence(bandeau: Run) -> None:
    Path("site.json").write_text('{"version": 1}')
    ran = bandeau("audit", "--recording", "site.json")
    assert ran.code == 1
    assert ran.err.startswith("bandeau: site.json: this is no recording of an audit")


@pytest.mark.parametrize("arguments", [(), ("https://a.example/", "--recording", "site.json")])
def test_pages_or_a_recording_are_named_and_not_both(bandeau: Run, arguments: tuple[str, ...]) -> None:
    ran = bandeau("audit", *arguments)
    assert ran.code == 2
    assert "name pages" in ran.err


@pytest.mark.parametrize("name", ["notice.txt", "notice.html"])
def test_a_saved_notice_is_read_without_a_browser(bandeau: Run, name: str) -> None:
    words = "Si vous refusez, seuls des traceurs techniques seront déposés. Bonjour à tous."
    Path(name).write_text(f"<p lang=fr>{words}<script>0</script></p>" if name.endswith("html") else words)
    ran = bandeau("audit", "--notice", name, "--json", "read.json")
    assert ran.code == 0
    assert "« Si vous refusez, seuls des traceurs techniques seront déposés. »" in ran.out
    told = json.loads(Path("read.json").read_text())
    assert [promise["kind"] for promise in told["promises"]] == ["refusal-leaves"]
    assert told["unread"] == ["Bonjour à tous."]


def test_selectors_that_are_wrong_are_told_before_a_browser_starts(bandeau: Run) -> None:
    Path("sites.toml").write_text('["gazette.example"]\nrefuze = ["#no"]\n')
    ran = bandeau("audit", "https://gazette.example/", "--selectors", "sites.toml")
    assert ran.code == 1
    assert ran.err.startswith("bandeau: sites.toml: ")
    assert "'refuze'" in ran.err


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({}, "No such file"),
        ({"package.json": '{"name": "autoprefixer"}'}, "names another"),
        ({"package.json": "[]"}, "names another"),
        ({"package.json": "no JSON"}, "malformed"),
        ({"package.json": '{"name": "@duckduckgo/autoconsent"}'}, "No such file"),
        (
            {
                "package.json": '{"name": "@duckduckgo/autoconsent"}',
                "dist/autoconsent.playwright.js": "",
                "rules/rules.json": '{"autoconsent": []}',
            },
            "of an age",
        ),
    ],
)
def test_a_helper_that_is_none_is_told_before_a_browser_starts(bandeau: Run, files: dict[str, str], why: str) -> None:
    for name, text in files.items():
        path = Path("helper", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    ran = bandeau("audit", "https://gazette.example/", "--autoconsent", "helper")
    assert ran.code == 1
    assert ran.err.startswith("bandeau: helper: this is not the npm package @duckduckgo/autoconsent (")
    assert why in ran.err
    assert "npm install @duckduckgo/autoconsent" in ran.err


def test_an_address_that_is_none_is_told_before_a_browser_starts(bandeau: Run) -> None:
    ran = bandeau("audit", "gazette.example")
    assert ran.code == 1
    assert 'write the whole address, such as "https://example.org/"' in ran.err


def test_a_page_that_could_not_be_seen_ends_with_1_and_says_why(bandeau: Run) -> None:
    gone = Page(url="https://gazette.example/x", trouble=(Trouble(code="robots", text="robots.txt forbids it."),))
    ran = bandeau("audit", "--recording", saved(recorded(gone)))
    assert ran.code == 1
    assert "? https://gazette.example/x: robots.txt forbids it." in ran.out
    assert "Nothing can be said: the page could not be opened." in ran.out


def test_pictures_come_from_beside_the_recording_and_from_nowhere_else(bandeau: Run) -> None:
    Path("site.pictures").mkdir()
    Path("site.pictures/home.png").write_bytes(png())
    Path("secret.png").write_bytes(b"\x89PNG secret")
    seen = page(stay(State.BEFORE, screenshot="home.png"), stay(State.REFUSED, screenshot="../secret.png"))
    bandeau("audit", "--recording", saved(recorded(seen)), "--html", "r.html")
    assert Path("r.html").read_text().count("<img ") == 1


def test_saved_again_it_is_the_same_recording_with_its_pictures(bandeau: Run) -> None:
    Path("site.pictures").mkdir()
    Path("site.pictures/home.png").write_bytes(png())
    first = saved(tracked("_ga"))
    bandeau("audit", "--recording", first, "--save", "again.json")
    assert parse_recording(Path("again.json").read_bytes()) == tracked("_ga")
    assert Path("again.pictures/home.png").read_bytes() == png()


def test_the_declaration_says_what_it_is_held_against_and_is_checked_first(bandeau: Run) -> None:
    Path("bandeau.toml").write_text("[site]\n")
    ran = bandeau("audit", "https://gazette.example/", "--declaration", "bandeau.toml")
    assert ran.code == 2
    assert "bandeau.toml: line 1" in ran.err


def test_help_tells_every_option_with_examples_and_the_exit_codes(bandeau: Run) -> None:
    ran = bandeau("audit", "--help")
    assert ran.code == 0
    for told in ("--sitemap", "--fail-on", "--baseline", "Exit code: 3", "For example:", "bandeau audit diff"):
        assert told in ran.out


def test_the_schema_of_the_report_is_published(bandeau: Run) -> None:
    told = json.loads(bandeau("schema", "--audit").out)
    assert told["title"] == "A report of bandeau audit"
    assert json.loads(bandeau("schema").out) != told


def test_without_its_packages_it_says_what_to_install(tmp_path: Path) -> None:
    code = "import sys; sys.modules['msgspec'] = None; sys.argv = ['bandeau', 'audit', 'https://a.example/']\n"
    code += "from bandeau.cli import main; main()"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 1
    assert ran.stderr == "bandeau: The audit needs msgspec: pip install 'bandeau[audit]'.\n"


def test_without_dask_a_cluster_says_what_to_install(bandeau: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "bandeau.audit.many.cluster", raising=False)
    ran = bandeau("audit", "https://gazette.example/", "--cluster", "tcp://127.0.0.1:8786")
    assert ran.code == 1
    assert ran.err == "bandeau: --cluster needs distributed: pip install 'bandeau[dask]'.\n"


def test_browsers_here_and_on_a_cluster_are_not_both_counted(bandeau: Run) -> None:
    ran = bandeau("audit", "https://gazette.example/", "--cluster", "tcp://127.0.0.1:8786", "--jobs", "2")
    assert ran.code == 2
    assert "with --cluster each Dask worker has one a thread" in " ".join(ran.err.replace("│", " ").split())


def test_links_are_not_followed_where_pages_are_read_on(bandeau: Run) -> None:
    ran = bandeau("audit", "https://gazette.example/", "--follow", "2", "--pages-per-visit", "5")
    assert ran.code == 2
    assert "leave it or --pages-per-visit out" in " ".join(ran.err.replace("│", " ").split())


def progress(monkeypatch: pytest.MonkeyPatch, **environment: str) -> str:
    """What a terminal shows of two pages of which one is over."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm", **environment}.items():
        monkeypatch.setenv(name, value)
    file = io.StringIO()
    shown = Shown(Console(file=file, force_terminal=True, width=100, highlight=False), 2)
    with shown.bar:
        shown.states({State.BEFORE: 1, State.REFUSED: 1})
        shown.over(Progress(total=2, done=1, failed=0, leased=1), "https://a.example/\x1b[2J")
        shown.states({State.ACCEPTED: 1})
    return file.getvalue()


def test_a_terminal_shows_how_many_pages_are_in_which_state(monkeypatch: pytest.MonkeyPatch) -> None:
    told = progress(monkeypatch)
    assert "1 before any choice, 1 after refusing" in told
    assert told.index("1 after refusing") < told.index("1 after accepting")
    assert "1 of 2  https://a.example/ [2J" in told


def test_a_terminal_without_colours_gets_none_and_a_dumb_one_only_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", progress(monkeypatch, NO_COLOR="1"))
    assert progress(monkeypatch, TERM="dumb") == "1 of 2  https://a.example/ [2J\n"


# -- with a browser ---------------------------------------------------------------------------------------------------

_PAGE = b"""<!DOCTYPE html><html lang=en><title>A page</title><h1>A page</h1>
<script>document.cookie = "_ga=GA1.1.9482716350.1764152214; max-age=63072000"</script>"""


@pytest.fixture
def site() -> Iterator[str]:
    def answer(environ: dict[str, str], start: object) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/html; charset=utf-8")])  # type: ignore[operator]
        return [b"" if environ["PATH_INFO"] == "/robots.txt" else _PAGE]

    with serve_wsgi(answer) as port:
        yield f"http://127.0.0.1:{port}/"


@pytest.mark.browser
def test_a_real_site_is_visited_judged_told_and_recorded(bandeau: Run, site: str) -> None:
    ran = bandeau("audit", site, "--state", "before", "--html", "r.html", "--save", "seen.json", "--rate", "100")
    assert ran.code == 3, ran.err
    assert "_ga" in ran.out
    assert "data:image/png;base64," in Path("r.html").read_text()
    again = bandeau("audit", "--recording", "seen.json")
    assert again.code == 3
    assert again.out.splitlines()[-1] == [line for line in ran.out.splitlines() if "Reports:" not in line][-1]


def test_a_site_that_forbids_it_is_left_alone(bandeau: Run) -> None:
    def answer(environ: dict[str, str], start: object) -> list[bytes]:
        assert environ["PATH_INFO"] == "/robots.txt"
        start("200 OK", [("Content-Type", "text/plain")])  # type: ignore[operator]
        return [b"User-agent: *\nDisallow: /\n"]

    with serve_wsgi(answer) as port:
        ran = bandeau("audit", f"http://127.0.0.1:{port}/")
    assert ran.code == 1
    assert "robots.txt" in ran.err
