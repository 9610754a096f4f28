"""The plants without any audit: each really does what it is planted for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright

from support.browser import launched
from support.planted.paper import GOOD, Printed, printed
from support.planted.plant import ACCEPTED, BEFORE, REFUSED, Plant
from support.planted.table import PLANTS

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def paper() -> Iterator[Printed]:
    with printed([GOOD, *PLANTS]) as running:
        yield running


@pytest.fixture(scope="module")
def plain(playwright: Playwright, paper: Printed) -> Iterator[Browser]:
    """A browser for which every host is the paper's third parties, and those of localhost are themselves."""
    with launched(playwright, f"--host-resolver-rules={', '.join(paper.rules)}") as running:
        yield running


def bring(page: Page, plant: Plant, url: str) -> None:
    """Bring a page to the plant's state, as a reader would, and open it anew."""
    page.goto(url)
    if plant.state == BEFORE:
        page.mouse.wheel(0, 400)
        return
    if plant.state == REFUSED:
        if page.locator("#refuser").count() == 0:
            page.locator("#regler").click()
            page.locator("#rien").click()
        else:
            page.locator("#refuser").click()
    else:
        page.locator("#accepter").click()
        page.goto(url)
    if plant.state not in (BEFORE, REFUSED, ACCEPTED) and page.locator("#gerer").count():
        page.locator("#gerer").click()
        for _ in range(5):
            if page.locator("#refuser").is_visible():
                page.locator("#refuser").click()
    page.goto(url)


def shown(plant: Plant, page: Page, hits: list[Any]) -> bool:
    """Whether what the plant is to show is there."""
    kind, _, rest = plant.shows.partition(" ")
    if kind == "cookie":
        return rest in {cookie.get("name") for cookie in page.context.cookies()}
    if kind == "contact":
        return any((hit.host + hit.path).startswith(rest) for hit in hits)
    if kind == "sent":
        host, name = rest.split(" ")
        return any(hit.host == host and name in hit.cookies for hit in hits)
    return bool(page.evaluate(f"async () => !!({plant.shows})"))


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_a_plant_really_does_what_it_is_planted_for(plant, paper, plain):
    context = plain.new_context(extra_http_headers={"Sec-GPC": "1"} if plant.signal else {})
    page = context.new_page()
    hits = paper.paper.parties.hits
    hits.clear()
    bring(page, plant, paper.page(plant))
    looks = 200
    while not shown(plant, page, hits) and looks:
        page.wait_for_timeout(20)
        looks -= 1
    assert looks, f"{plant.shows}: {[hit.host + hit.path for hit in hits]}"
    context.close()


def test_the_plants_are_many_and_each_has_a_page_of_its_own():
    assert len({plant.slug for plant in PLANTS}) == len(PLANTS) > 90
