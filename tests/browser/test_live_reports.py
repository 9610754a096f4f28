"""What a real browser reports about a page comes up in ``bandeau report``, and nothing of the reader with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from bandeau.record.stores import Tally
from support.sites import DECLARATION, Page, Pages, behind

pytestmark = pytest.mark.browser

BODY = b"""<!doctype html><meta charset=utf-8><title>x</title><script>
const picture = new Image(); picture.src = "http://tracker.localhost:9/p.gif?reader=alice";
fetch("http://palabre.localhost:9/collect?reader=alice").catch(() => 0);
new Image().src = "data:image/gif;base64,AAAA"; eval("1");
</script>"""


@pytest.mark.parametrize("mode", ["observe", "enforce"])
def test_a_real_browser_tells_what_was_held_and_on_which_pages(
    context: BrowserContext, tmp_path: Path, mode: str
) -> None:
    path = "/users/alice-4711"
    pages = Pages({path: Page((BODY,))})
    with behind("asgi", pages, tmp_path, DECLARATION.replace('"enforce"', f'"{mode}"')) as running:
        page = context.new_page()
        wanted = {("img-src", "tracker.localhost"), ("connect-src", "palabre.localhost")}
        with page.expect_request("**/.bandeau/report"):
            page.goto(f"http://gazette.localhost:{running.port}{path}?reader=alice")
        rows: tuple[Tally, ...] = ()
        for _ in range(100):
            running.site.counts.write().result()
            rows = running.site.store.tallies()
            if len(rows) >= len(wanted):
                break
            page.wait_for_timeout(100)
    assert {(row.kind, row.what, row.page) for row in rows} == {
        (f"{mode} {kind}", host, "/users/*") for kind, host in wanted
    }
