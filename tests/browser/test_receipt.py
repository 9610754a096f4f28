"""The receipt in a real browser: taken along by a click without JavaScript, opened from the disk, read by anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from bandeau.ask.notice import ReceiptChoice, ReceiptFacts, View, receipt_page
from bandeau.decide import Policy
from bandeau.model import LANGUAGES
from bandeau.record.keys import parse_vkey
from bandeau.record.receipt import check_receipt, read_receipt
from support.looking import BROKEN, FONT, SPILLS, WORDLESS, unfold, violations
from support.newsroom import NEWSROOM
from support.notice_pages import NoticePages, opened
from support.receipts import CHOICES, DECLARATION, NOTICE, OWN, digest
from support.sites import Pages, Running, behind

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with behind("asgi", Pages(), tmp_path_factory.mktemp("receipt")) as one:
        yield one


def drawn(language: str) -> str:
    """A receipt of several choices in a language, with what is longest in it."""
    view = View(Policy(NEWSROOM, None), language, "/")
    choices = [
        ReceiptChoice(
            at=f"2026-01-3{number}T09:30:00Z",
            action=entry.action,
            language=language,
            signals=entry.signals,
            purposes=entry.purposes,
            services=entry.services,
            asked=view,
            text=NOTICE,
            declaration=DECLARATION,
            notice=digest(NOTICE),
            leaf=123_456_789 + number,
        )
        for number, entry in enumerate(CHOICES[:2])
    ]
    key = f"a-rather-long-name.gazette.example/.bandeau/log+0a0b0c0d+{'A' * 44}"
    facts = ReceiptFacts(
        "019b76da-a800-70aa-80bb-ccddeeff0011", "2026-02-01T10:00:00Z", OWN, key[:46], 9, "A" * 44, (key,)
    )
    return receipt_page(view, choices, facts, '{"@type":"dpv:ConsentReceipt"}')


def show(page: Page, markup: str, folder: Path) -> Page:
    """Open a file from the disk, as whoever keeps it does."""
    file = folder / "consent-receipt.html"
    file.write_text(markup, "utf-8")
    page.goto(file.as_uri())
    return page


def test_without_javascript_a_click_takes_along_a_file_that_stands_alone_and_holds(
    browser: Browser, running: Running, tmp_path: Path
) -> None:
    context = browser.new_context(
        java_script_enabled=False, base_url=f"http://gazette.localhost:{running.port}", locale="fr-FR"
    )
    page = context.new_page()
    page.goto("/")
    page.get_by_role("button", name="Tout accepter").click()
    page.goto("/.bandeau/my-choices?lang=fr")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Télécharger le reçu").click()
    assert waiting.value.suggested_filename == "consent-receipt.html"
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)

    keys = map(parse_vkey, running.get("/.bandeau/log/keys").text.split())
    assert check_receipt(read_receipt(file.read_text("utf-8")), keys).size > 1

    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    assert page.get_by_role("heading", level=1).inner_text() == "Reçu de mes choix"
    row = page.get_by_role("row", name=re.compile("^Palabre · Palabre SA .*autorisé .*autorisée$"))
    assert row.is_visible()
    assert page.get_by_role("columnheader").count() == 3
    assert asked == [file.as_uri()]
    context.close()


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_receipt(browser: Browser, tmp_path: Path, language: str, scheme: str) -> None:
    for width in (320, 1280):
        # The file's own policy lets no script run, and axe-core is one.
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            bypass_csp=True,
            color_scheme="dark" if scheme == "dark" else "light",
        )
        page = show(context.new_page(), drawn(language), tmp_path)
        unfold(page)
        assert violations(page, None) == []
        context.close()


def test_no_script_runs_in_a_receipt_even_where_one_came_in(browser: Browser, tmp_path: Path) -> None:
    evil = drawn("fr").replace(
        "</main>", "<img src=x onerror='document.title=1'><script>document.title=2</script></main>"
    )
    context = browser.new_context()
    page = show(context.new_page(), evil, tmp_path)
    assert page.title().startswith("Reçu de mes choix")
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_every_language_the_receipt_and_its_pages_fit_on_the_narrowest_screen(
    browser: Browser, tmp_path: Path, language: str
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    page = show(
        context.new_page(), drawn(language).replace("</style>", f"body{{font-family:{FONT}}}</style>"), tmp_path
    )
    unfold(page)
    assert page.locator("main").evaluate_all(SPILLS, 320) == []
    if language not in WORDLESS:
        assert page.locator("td span, h1, h2 time").evaluate_all(BROKEN) == []
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["my-choices", "withheld"])
def test_in_every_language_the_pages_that_lead_to_it_fit(browser: Browser, language: str, path: str) -> None:
    site = NoticePages(language)
    with opened(browser, site, f"/.bandeau/{path}", viewport={"width": 320, "height": 640}) as page:
        spilling = page.locator("main > :not(.bandeau-wide)").evaluate_all(SPILLS, 320)
        assert spilling == []


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_on_paper_it_is_black_on_white_whatever_the_screen_likes(
    browser: Browser, tmp_path: Path, language: str
) -> None:
    context = browser.new_context(viewport={"width": 673, "height": 950}, color_scheme="dark")
    page = show(context.new_page(), drawn(language), tmp_path)
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("main").evaluate_all(SPILLS, 673) == []
    assert page.locator("nav").is_hidden()
    context.close()
