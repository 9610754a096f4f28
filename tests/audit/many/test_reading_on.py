"""Pages of a site that are read on in one visit, over real processes that fetch from a real site."""

from __future__ import annotations

from itertools import pairwise

import pytest

from bandeau.audit.many.crew import Processes
from bandeau.audit.many.hand import Limits
from bandeau.audit.many.run import Politeness, audit_pages
from bandeau.audit.many.table import Progress, Table
from support.units import Fetching

from .conftest import Site, fill

QUICK = Politeness(rate=1000)


def audited(
    table: Table, politeness: Politeness = QUICK, *, together: int = 3, limits: Limits | None = None
) -> Progress:
    return audit_pages(
        table,
        lambda inbox: Processes(Fetching(), inbox, jobs=1, at_once=1, limits=limits),
        politeness,
        together=together,
    )


def after(table: Table, site: Site) -> dict[str, str]:
    """Of each page that was seen, by its path, the path of the page that it was read on after."""
    return {url.removeprefix(site.url("")): page.after.removeprefix(site.url("")) for url, (page,) in table.results()}


def test_as_many_pages_of_a_site_as_are_wanted_are_read_on_in_their_order(site: Site, table: Table) -> None:
    fill(table, *map(site.url, ("/1", "/2", "/3", "/4")), site.url("/1", "b.localhost"), site.url("/5"))
    assert audited(table).done == 6
    assert [one.partition("/")[2] for one in after(table, site).values()] == ["", "1", "1", "", "", "4"]
    assert [path for host, path in site.asked if path != "/robots.txt" and host == "a.localhost"] == [
        "/1",
        "/2",
        "/3",
        "/4",
        "/5",
    ]
    assert all(table.picture(f"{url}.png") for url, _ in table.results())


def test_what_was_left_out_is_seen_by_itself_however_often_it_was(site: Site, table: Table) -> None:
    paths = [f"/apart/{number}" for number in range(30)]
    fill(table, site.url("/1"), *map(site.url, paths), site.url("/2"))
    assert audited(table, together=50) == Progress(total=32, done=32, failed=0, leased=0)
    assert set(after(table, site).values()) == {"", "/1"}
    assert after(table, site)["/2"] == "/1"


def test_a_page_that_ends_the_visit_is_seen_alone_and_the_others_go_on(site: Site, table: Table) -> None:
    fill(table, *map(site.url, ("/1", "/2", "/end", "/3", "/4")))
    assert audited(table, together=5).done == 5
    assert after(table, site) == {"/1": "", "/2": "/1", "/end": "", "/3": "", "/4": "/3"}


@pytest.mark.parametrize(("path", "limits"), [("/crash", None), ("/hang", Limits(seconds=0.4)), ("/raise", None)])
def test_a_page_that_takes_its_worker_down_costs_only_itself(
    site: Site, table: Table, path: str, limits: Limits | None
) -> None:
    fill(table, *map(site.url, ("/1", "/2", path, "/3", "/4")))
    assert audited(table, together=5, limits=limits) == Progress(total=5, done=4, failed=1, leased=0)
    assert [page.trouble[0].code for _, (page,) in table.results() if page.trouble] == ["given-up"]


def test_what_robots_txt_forbids_is_not_read_on(site: Site, table: Table) -> None:
    site.robots("User-agent: *\nDisallow: /private")
    fill(table, *map(site.url, ("/1", "/private", "/2")))
    assert audited(table) == Progress(total=3, done=2, failed=1, leased=0)
    assert site.count("/private") == 0
    assert after(table, site) == {"/1": "", "/private": "", "/2": "/1"}


def test_each_page_counts_for_the_pace_of_its_host(site: Site, table: Table) -> None:
    fill(table, *map(site.url, ("/1", "/2", "/3", "/4")))
    started: list[float] = []
    lease = table.lease

    def noting(page: int, at: float) -> object:
        started.append(at)
        return lease(page, at)

    table.lease = noting  # type: ignore[method-assign, assignment]
    assert audited(table, Politeness(rate=5)).done == 4
    assert started[0] == started[1] == started[2]
    assert all(later - earlier >= 0.6 for earlier, later in pairwise(started[2:]))


def test_a_host_that_asks_for_time_is_asked_again_for_that_page_only(site: Site, table: Table) -> None:
    site.answers["/2"] = [(429, {"Retry-After": "0"}, b""), (200, {}, b"")]
    fill(table, *map(site.url, ("/1", "/2", "/3")))
    assert audited(table).done == 3
    assert {path: site.count(path) for path in ("/1", "/2", "/3")} == {"/1": 1, "/2": 2, "/3": 1}


def test_a_page_that_was_lost_in_company_is_seen_in_none(site: Site, table: Table) -> None:
    """Two tries are too many for a page that takes its worker down, and ten for what was only beside it."""
    fill(table, *map(site.url, ("/1", "/crash", *(f"/{number}" for number in range(2, 14)))))
    assert audited(table, together=20) == Progress(total=14, done=13, failed=1, leased=0)
    assert site.count("/crash") == 3
