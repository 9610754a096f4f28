"""What a browser reports comes down to a directive, a host and an area of the site."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeau.enforce.edits import Held
from bandeau.record.stores import OTHER, Observation
from bandeau.record.stores.sqlite import SQLiteStore
from bandeau.serve import counting
from bandeau.serve.counting import Counts
from bandeau.serve.reports import page_pattern, read, read_swept

PAGE = "https://gazette.example/news/2026/le-phare?reader=4711#top"
HELD = [Held("script-src-elem", "palabre.example", "/news/*")]


def by_uri(**more: Any) -> dict[str, Any]:
    """A report as ``report-uri`` gets it."""
    report = {
        "document-uri": PAGE,
        "effective-directive": "script-src-elem",
        "violated-directive": "script-src-elem",
        "blocked-uri": "https://palabre.example/embed.js?uid=4711",
        "source-file": PAGE,
        "disposition": "enforce",
    }
    return {"csp-report": {**report, **more}}


def by_api(**more: Any) -> dict[str, Any]:
    """A report as the Reporting API sends it, several in a list."""
    body = {
        "documentURL": PAGE,
        "effectiveDirective": "script-src-elem",
        "blockedURL": "https://palabre.example/embed.js?uid=4711",
        "sourceFile": PAGE,
        "disposition": "enforce",
    }
    return {"type": "csp-violation", "age": 1, "url": PAGE, "user_agent": "x", "body": {**body, **more}}


def test_both_formats_say_the_same() -> None:
    assert read(json.dumps(by_uri()).encode()) == HELD
    assert read(json.dumps([by_api()]).encode()) == HELD


def test_of_a_batch_each_thing_counts_once() -> None:
    batch = [
        by_api(),
        by_api(lineNumber=7),
        by_api(blockedURL="wss://b.example:8443/x", effectiveDirective="connect-src"),
    ]
    assert read(json.dumps(batch).encode()) == [*HELD, Held("connect-src", "b.example", "/news/*")]


def test_an_older_directive_is_read_up_to_its_sources() -> None:
    report = by_uri(**{"effective-directive": None, "violated-directive": "img-src 'self' data:"})
    assert read(json.dumps(report).encode()) == [Held("img-src", "palabre.example", "/news/*")]


@pytest.mark.parametrize(
    "blocked",
    ["inline", "eval", "data", "blob", "about", "chrome-extension", "chrome-extension://abc/x.js", "", "self"],
)
def test_what_passes_the_wall_or_is_an_extensions_is_not_counted(blocked: str) -> None:
    assert read(json.dumps(by_uri(**{"blocked-uri": blocked})).encode()) == []


@pytest.mark.parametrize("source", ["chrome-extension", "moz-extension://a-b-c/x.js", "safari-web-extension://X/y"])
def test_what_an_extension_loads_is_not_counted(source: str) -> None:
    assert read(json.dumps(by_uri(**{"source-file": source})).encode()) == []
    assert read(json.dumps([by_api(sourceFile=source)]).encode()) == []


@pytest.mark.parametrize("directive", ["form-action", "trusted-types", "x" * 40, "<b>", "img-src\x1b[2J", "", None, 7])
def test_a_directive_that_is_not_the_walls_is_not_counted(directive: Any) -> None:
    assert read(json.dumps([by_api(effectiveDirective=directive)]).encode()) == []


@pytest.mark.parametrize(
    ("report", "told"),
    [
        ('{"kind": "key", "swept": ["_fbp", 7, "", "_ga"]}', ("key", ["_fbp", "_ga"])),
        ('{"kind": "cookie", "swept": ["' + "x" * 257 + '"]}', ("cookie", [])),
        ('{"kind": "host", "swept": ["_fbp"]}', ("", [])),
        ('{"swept": ["_fbp"]}', ("", [])),
        ("[" * 100_000, ("", [])),
    ],
)
def test_of_the_guards_own_report_names_of_a_kind_are_read(report: str, told: tuple[str, list[str]]) -> None:
    assert read_swept(report.encode()) == told
    assert read(report.encode()) == []


@pytest.mark.parametrize(
    ("address", "pattern"),
    [
        ("https://a.example", "/"),
        ("https://a.example/?q=jean.dupont@example.org", "/"),
        ("https://a.example/privacy", "/privacy"),
        ("https://a.example/Privacy/", "/privacy"),
        ("https://a.example/about-us.html", "/about-us.html"),
        ("https://a.example/users/alice", "/users/*"),
        ("https://a.example/article/le-phare-de-la-heve-basse", "/article/*"),
        ("https://a.example/fr/article/le-phare", "/fr/article/*"),
        ("https://a.example/pt-br/7", "/pt-br/*"),
        ("https://a.example/le-phare-de-la-heve-basse-se-rallume", "/*"),
        ("https://a.example/9f86d081", "/*"),
        ("https://a.example/3f2504e0-4f89-11d3-9a0c-0305e82c3301/edit", "/*"),
        ("https://a.example/jean.dupont@example.org", "/*"),
        ("https://a.example/page;jsessionid=AB12", "/*"),
        ("https://a.example/%1b%5b2J", "/*"),
        ("about:srcdoc", "*"),
        ("", "*"),
    ],
)
def test_of_a_page_only_its_area_is_kept(address: str, pattern: str) -> None:
    assert page_pattern(address) == pattern


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_page_brings_more_than_words_and_stars(path: str, query: str) -> None:
    pattern = page_pattern(f"https://a.example/{path}?{query}")
    assert re.fullmatch(r"\*|/|(/[a-z]{2}([-_][a-z]{2})?)?(/[a-z_.-]{1,24}|/\*|/[a-z_.-]{1,24}/\*)?", pattern)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30) | st.sampled_from([PAGE, "img-src", "data"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["csp-report", "body", "held", "swept", "url", "document-uri", "blocked-uri", "blockedURL"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(_JSON)
def test_any_json_is_read_without_error_and_gives_only_known_kinds(document: Any) -> None:
    for held in read(json.dumps(document).encode()):
        assert re.fullmatch(r"[a-z]+-src(-elem|-attr)?", held.kind)
        assert held.what


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_error(body: bytes) -> None:
    read(body)


def test_a_deep_report_is_none() -> None:
    assert read(b"[" * 60_000) == []


def counted(tmp_path: Path, held: list[Held]) -> dict[Observation, int]:
    store = SQLiteStore(tmp_path / "bandeau.sqlite3")
    counts = Counts(store, "enforce", lambda: 1_800_000_000.0)
    counts.add(held)
    counts.write().result()
    rows = {Observation(*row[:4]): row.times for row in store.tallies()}
    store.close()
    return rows


def test_a_flood_of_made_up_reports_leaves_room_for_what_the_server_saw(tmp_path: Path) -> None:
    flood = [Held("img-src", f"h{number % 97}x.{number}.example", "/x/*") for number in range(3 * counting._ROWS)]
    names = [*(Held("img-src", f"{'abcdefghij'[n % 10] * (n // 10 + 1)}.example", "/") for n in range(400))]
    rows = counted(tmp_path, [*flood, *names, Held("cookie-set", "_ga")])
    assert len(rows) <= counting._ROWS + 2
    assert rows[Observation("2027-01-15", "enforce cookie-set", "_ga")] == 1
    assert sum(rows.values()) == len(flood) + len(names) + 1


def test_of_many_pages_the_last_are_counted_together(tmp_path: Path) -> None:
    held = [
        Held("img-src", "a.example", f"/{'abcdefghijklmnopqrstuvwxyz'[n % 26]}{'x' * (n // 26)}") for n in range(400)
    ]
    rows = counted(tmp_path, held)
    assert len(rows) == counting._PAGES + 1
    assert rows[Observation("2027-01-15", "enforce img-src", "a.example", OTHER)] == 400 - counting._PAGES


def test_what_the_flood_repeats_takes_one_row_and_no_memory(tmp_path: Path) -> None:
    rows = counted(tmp_path, HELD * 100_000)
    assert rows == {Observation("2027-01-15", "enforce script-src-elem", "palabre.example", "/news/*"): 100_000}
