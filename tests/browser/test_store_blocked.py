"""A choice that could not be recorded: nothing is acknowledged, it is said, and sent again until it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bandeau.model import CHOICE_COOKIE
from support.embedding import Embedding, embedding
from support.whole import all_rows, assert_whole

pytestmark = pytest.mark.browser

SAID = "n’a pas pu être enregistré"


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Embedding]:
    monkeypatch.setattr("bandeau.record.stores.sqlite._PATIENCE", 0.05)
    with embedding(tmp_path) as one:
        one.put("/article", "<p>Brume.</p>")
        yield one


@contextmanager
def blocked(site: Embedding) -> Iterator[None]:
    """Another process keeps the store's file locked."""
    assert site.site is not None
    other = sqlite3.connect(site.site.store.path, isolation_level=None)  # type: ignore[attr-defined]
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()


def cookies(context: BrowserContext) -> list[str]:
    return [str(cookie["name"]) for cookie in context.cookies() if cookie["name"] == CHOICE_COOKIE]


def choices(site: Embedding) -> int:
    """How many choices the ledger has."""
    assert site.site is not None
    assert_whole(site.site.store)
    return sum(row.kind == 1 for row in all_rows(site.site.store))


def test_the_banner_says_it_and_tries_again_by_itself_until_it_is_recorded_once(
    site: Embedding, reader: BrowserContext
) -> None:
    page = site.open(reader, "/article")
    notice = page.locator("#bandeau-notice")
    with blocked(site):
        notice.get_by_role("button", name="Tout accepter").click()
        expect(notice.get_by_role("alert")).to_contain_text(SAID)
        expect(notice.get_by_text("Prochain essai dans")).to_be_visible()
        assert (cookies(reader), choices(site)) == ([], 0)
    expect(page.locator("#bandeau-control")).to_contain_text("tout est autorisé", timeout=30_000)
    assert (len(cookies(reader)), choices(site)) == (1, 1)


@pytest.mark.parametrize("instead", ["Arrêter", "Tout refuser"])
def test_what_the_banner_would_do_by_itself_is_stopped_by_the_reader(
    site: Embedding, reader: BrowserContext, instead: str
) -> None:
    page = site.open(reader, "/article")
    page.clock.install()
    notice = page.locator("#bandeau-notice")
    with blocked(site):
        notice.get_by_role("button", name="Tout accepter").click()
        expect(notice.get_by_text("Prochain essai dans")).to_be_visible()
    notice.get_by_role("button", name=instead).click()
    if instead == "Tout refuser":
        expect(page.locator("#bandeau-control")).to_contain_text("tout est refusé")
    expect(page.get_by_text("Prochain essai dans")).to_have_count(0)
    page.clock.run_for(60_000)
    assert choices(site) == (1 if instead == "Tout refuser" else 0)


@pytest.fixture(params=[False, True], ids=["script", "no-script"])
def settings(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="fr-FR", java_script_enabled=not request.param)
    yield context
    context.close()


def save_in_vain(site: Embedding, context: BrowserContext) -> Page:
    page = site.open(context, "/.bandeau/settings?back=/article&lang=fr")
    with blocked(site):
        page.get_by_role("switch", name="Palabre").check(force=True)
        page.get_by_role("button", name="Enregistrer mes choix").click()
        expect(page.get_by_text(SAID)).to_be_visible()
        assert (cookies(context), choices(site)) == ([], 0)
    return page


def test_the_page_that_says_it_sends_the_very_same_form_again(site: Embedding, settings: BrowserContext) -> None:
    page = save_in_vain(site, settings)
    page.get_by_role("button", name="Réessayer").click()
    expect(page.locator("#bandeau-control")).to_contain_text("en partie")
    assert page.url.endswith("/article")
    assert (len(cookies(settings)), choices(site)) == (1, 1)


def test_with_a_script_that_page_sends_it_again_by_itself(site: Embedding, reader: BrowserContext) -> None:
    page = save_in_vain(site, reader)
    expect(page.get_by_text("Prochain essai dans")).to_be_visible()
    expect(page.locator("#bandeau-control")).to_contain_text("en partie", timeout=30_000)
    assert choices(site) == 1


def test_it_tries_at_growing_distances_and_a_few_times_only(site: Embedding, reader: BrowserContext) -> None:
    page = site.open(reader, "/article")
    page.clock.install()
    notice = page.locator("#bandeau-notice")
    with blocked(site):
        notice.get_by_role("button", name="Tout accepter").click()
        for seconds in (5, 10, 20, 40):
            expect(notice.get_by_text(f"Prochain essai dans {seconds} s")).to_be_visible()
            page.clock.run_for(seconds * 1000)
        expect(notice.get_by_role("alert")).to_be_visible()
        expect(notice.get_by_text("Prochain essai dans")).to_have_count(0)
    assert choices(site) == 0
