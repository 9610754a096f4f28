"""Runs over real processes that fetch from a real site; nothing here waits for the clock but the pace itself."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping
from itertools import pairwise

import psutil
import pytest

from bandeau.audit.many.crew import Crew, Processes
from bandeau.audit.many.hand import Limits
from bandeau.audit.many.results import browser_of
from bandeau.audit.many.run import Inbox, Politeness, Watcher, audit_pages
from bandeau.audit.many.table import Progress, Table
from bandeau.audit.many.unit import Unit
from bandeau.audit.recording import State
from bandeau.errors import SetupError
from support.units import BROWSER, Closed, Fetching

from .conftest import Site, fill

QUICK = Politeness(rate=1000)


class Noting(Watcher):
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[Progress, str]] = []
        self.seen: list[Mapping[State, int]] = []

    def over(self, progress: Progress, url: str) -> None:
        self.told.append((progress, url))

    def states(self, pages: Mapping[State, int]) -> None:
        self.seen.append(dict(pages))


def processes(
    unit: Unit | None = None, *, jobs: int = 2, at_once: int = 4, limits: Limits | None = None
) -> Callable[[Inbox], Crew]:
    return lambda inbox: Processes(unit or Fetching(), inbox, jobs=jobs, at_once=at_once, limits=limits)


def trouble(table: Table) -> dict[str, tuple[str, str]]:
    """Code and text of the trouble of each page that has one, by its path."""
    return {
        "/" + url.split("/", 3)[3]: (page.trouble[0].code, page.trouble[0].text)
        for url, (page,) in table.results()
        if page.trouble
    }


def test_every_page_is_seen_once(site: Site, table: Table) -> None:
    urls = [site.url(f"/{number}") for number in range(60)]
    fill(table, *urls)
    watcher = Noting()
    over = audit_pages(table, processes(), QUICK, watcher)
    assert over == Progress(total=60, done=60, failed=0, leased=0)
    assert [(url, page.url, page.stays[0].status) for url, (page,) in table.results()] == [(u, u, 200) for u in urls]
    assert table.picture(f"{urls[7]}.png") == urls[7].encode()
    assert all(site.count(f"/{number}") == 1 for number in range(60))
    assert sorted(url for _, url in watcher.told) == sorted(urls)
    assert watcher.told[-1][0] == over


def test_the_states_that_pages_are_seen_in_are_told_until_all_are_over(site: Site, table: Table) -> None:
    fill(table, *(site.url(f"/{number}") for number in range(5)), site.url("/crash"))
    watcher = Noting()
    audit_pages(table, processes(), QUICK, watcher)
    assert max(counts.get(State.REFUSED, 0) for counts in watcher.seen) >= 1
    assert all(sum(counts.values()) <= 6 for counts in watcher.seen)
    assert watcher.seen[-1] == {}
    assert browser_of(table) == BROWSER


@pytest.mark.parametrize(
    ("path", "said"),
    [("/crash", "its worker ended"), ("/raise", "the page broke the unit"), ("/hang", "hung"), ("/eat", "memory")],
)
def test_a_poison_page_costs_only_itself(site: Site, table: Table, path: str, said: str) -> None:
    urls = [site.url(f"/{number}") for number in range(30)]
    fill(table, *urls[:5], site.url(path), *urls[5:])
    limits = Limits(seconds=3, memory=300_000_000)
    assert audit_pages(table, processes(limits=limits), QUICK) == Progress(total=31, done=30, failed=1, leased=0)
    ((of, (code, text)),) = trouble(table).items()
    assert (of, code) == (path, "given-up")
    assert said in text


def test_workers_are_replaced_before_they_grow_old(site: Site, table: Table) -> None:
    fill(table, *(site.url(f"/{number}") for number in range(20)))
    names: list[str] = []

    def crew(inbox: Inbox) -> Crew:
        def put(item: object) -> None:
            names.append(item[0].name)  # type: ignore[index]
            inbox(item)

        return Processes(Fetching(), put, jobs=1, at_once=1, limits=Limits(pages=5))

    assert audit_pages(table, crew, QUICK).done == 20
    assert len(set(names)) == 4


def test_a_browser_that_does_not_open_ends_the_run_in_a_sentence(site: Site, table: Table) -> None:
    fill(table, site.url("/"))
    with pytest.raises(SetupError, match="there is no browser; install one"):
        audit_pages(table, processes(Closed()), QUICK)
    assert table.progress().failed == 0


def test_memory_stays_flat_over_thousands_of_pages(site: Site, table: Table) -> None:
    fill(table, *(site.url(f"/{number}") for number in range(2000)))
    held: list[int] = []

    class Measuring(Watcher):
        def over(self, progress: Progress, url: str) -> None:
            if progress.done % 500 == 0:
                site.asked.clear()
                held.append(psutil.Process().memory_info().rss)

    assert audit_pages(table, processes(Fetching(text=20_000)), Politeness(rate=100_000), Measuring()).done == 2000
    assert held[-1] - held[0] < 40_000_000


# -- manners -------------------------------------------------------------------------------------------------------


def test_what_robots_forbid_is_not_fetched_and_told(site: Site, table: Table) -> None:
    site.robots("User-agent: *\nDisallow: /\n\nUser-agent: Bandeau\nDisallow: /private")
    fill(table, site.url("/"), site.url("/private/1"), site.url("/private/2"))
    assert audit_pages(table, processes(), QUICK) == Progress(total=3, done=1, failed=2, leased=0)
    code, text = trouble(table)["/private/1"]
    assert code == "robots"
    assert '"Disallow: /private"' in text
    assert {path for _, path in site.asked} == {"/robots.txt", "/"}
    assert site.count("/robots.txt") == 1


def test_each_origin_has_its_own_robots(site: Site, table: Table) -> None:
    fill(table, *(site.url("/", f"{name}.localhost") for name in "abcdefghij"))
    assert audit_pages(table, processes(), QUICK).done == 10
    assert sorted(host for host, path in site.asked if path == "/robots.txt") == [
        f"{n}.localhost" for n in "abcdefghij"
    ]


def test_robots_that_cannot_be_had_forbid_for_now(site: Site, table: Table) -> None:
    site.robots("", 503)
    fill(table, site.url("/"))
    assert audit_pages(table, processes(), QUICK).failed == 1
    assert trouble(table)["/"][0] == "robots-unreachable"
    assert site.count("/") == 0
    table.close()
    site.robots("")
    again = Table(table.path, "settings")
    assert audit_pages(again, processes(), QUICK).done == 1
    again.close()


def test_robots_are_not_asked_where_they_are_not_heeded(site: Site, table: Table) -> None:
    site.robots("User-agent: *\nDisallow: /")
    fill(table, site.url("/"))
    assert audit_pages(table, processes(), Politeness(rate=1000, robots=False)).done == 1
    assert site.count("/robots.txt") == 0


def starts(table: Table) -> list[float]:
    """When pages were begun, by the schedule's own clock."""
    path = table.path
    table.close()
    db = sqlite3.connect(path)
    try:
        return [at for (at,) in db.execute("SELECT started FROM pages WHERE started IS NOT NULL ORDER BY started")]
    finally:
        db.close()


@pytest.mark.parametrize(("rate", "delay", "gap"), [(20.0, "", 0.05), (1000.0, "Crawl-delay: 0.05", 0.05)])
def test_a_host_is_never_asked_faster_than_its_pace(
    site: Site, table: Table, rate: float, delay: str, gap: float
) -> None:
    site.robots(f"User-agent: *\n{delay}")
    fill(table, *(site.url(f"/{number}") for number in range(20)))
    assert audit_pages(table, processes(jobs=2, at_once=8), Politeness(rate=rate)).done == 20
    began = starts(table)
    assert len(began) == 20
    assert all(later >= earlier + gap - 1e-6 for earlier, later in pairwise(began))


def test_the_pace_is_kept_over_a_restart(site: Site, table: Table) -> None:
    """The times are seconds since 1970: they mean the same to the process that goes on."""
    fill(table, site.url("/1"))
    before = time.time()
    assert audit_pages(table, processes(), Politeness(rate=0.5)).done == 1
    fill(table, site.url("/2"))
    assert audit_pages(table, processes(), Politeness(rate=0.5)).done == 2
    first, second = starts(table)
    assert first >= before - 1
    assert second - first >= 2 - 1e-3  # the offset of the two clocks is taken anew


def test_a_busy_host_is_left_alone_and_asked_again(site: Site, table: Table) -> None:
    site.answers["/1"] = [(429, {"Retry-After": "1"}, b""), (200, {}, b"")]
    fill(table, site.url("/1"), site.url("/2"))
    assert audit_pages(table, processes(jobs=1, at_once=1), QUICK).done == 2
    assert [page.stays[0].status for _, (page,) in table.results()] == [200, 200]
    assert next(path for _, path in site.asked if path != "/robots.txt") == "/1"
    assert site.count("/1") == 2


def test_a_host_that_stays_busy_is_kept_as_it_answered(site: Site, table: Table) -> None:
    site.answers["/"] = (503, {"Retry-After": "0"}, b"")
    fill(table, site.url("/"))
    assert audit_pages(table, processes(), QUICK).done == 1
    ((_, (page,)),) = table.results()
    assert page.stays[0].status == 503
    assert site.count("/") == 4


def test_a_host_that_asks_for_too_much_time_is_put_off(site: Site, table: Table) -> None:
    site.answers["/1"] = (503, {"Retry-After": "86400"}, b"")
    fill(table, site.url("/1"), site.url("/2"), site.url("/", "b.localhost"))
    assert audit_pages(table, processes(jobs=1, at_once=1), QUICK) == Progress(total=3, done=1, failed=2, leased=0)
    assert {code for code, _ in trouble(table).values()} == {"asked-to-wait"}
    assert site.count("/2") == 0


def test_a_delay_of_days_lets_one_page_through(site: Site, table: Table) -> None:
    site.robots("User-agent: *\nCrawl-delay: 999999")
    fill(table, site.url("/1"), site.url("/2"))
    assert audit_pages(table, processes(), QUICK) == Progress(total=2, done=1, failed=1, leased=0)
