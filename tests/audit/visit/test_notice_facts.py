"""What is written down of a notice: how each control is drawn, what it covers, its switches, words and barriers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.async_api import Page

from audit.visit.notice_pages import ABOUT, BAR, page, row
from bandeau.audit.notices.recipe import parse_sites
from bandeau.audit.recording import State
from bandeau.audit.seen import Control, Notice, Role
from bandeau.audit.visit.notice import Asker
from support.asking import Stage, served

pytestmark = pytest.mark.browser

DRAWN = page(
    f"""<style>button {{ font: 700 16px sans-serif; padding: 10px; border: 0 }}</style>
    <div id="bar" style="{BAR};background:#fff;height:120px;padding:0"><p>{ABOUT}</p>
    <button style="background:#006600;color:#ffffff">Tout accepter</button>
    <button style="background:rgba(0,0,0,.5);color:rgba(255,255,255,.5);border:2px solid #000;
      font-weight:400">Tout refuser</button>
    <div style="opacity:.5;display:inline-block"><a href="#" style="color:#000000;font-size:10px">Paramétrer</a></div>
    <button style="background:linear-gradient(#000000,#202020);color:oklch(1 0 0)">J’accepte</button></div>"""
)
WALL = page(
    f"""<style>html {{ overflow: hidden }}</style><div style="position:fixed;inset:0;background:rgba(0,0,0,.5)">
    <div id="bar" role="dialog" style="background:#fff;margin:10%;height:50vh"><p>{ABOUT}</p>
    <button>Tout accepter</button><button>Tout refuser</button></div></div><p>{"texte " * 4000}</p>"""
)
SWITCHES = page(
    f"""<div id="bar" style="{BAR}"><p>{ABOUT}</p>{row("Nécessaires", on=True, locked=True)}{row("Publicité", on=True)}
    {row("Audience")}<button>Tout accepter</button><button>Enregistrer mes choix</button></div>"""
)
UNREADABLE = page(
    f"""<div id="bar" style="{BAR}"><p style="color:#ddd;background:#fff">{ABOUT}</p><img src="data:,">
    <button>Tout accepter</button><button>Tout refuser</button></div>"""
)
ODD = page(
    """<div id="odd" style="position:fixed;top:0;background:#fff"><p>Qu’en dites-vous ?</p><b id="yes" onclick="
    window.told='accepted';odd.remove()">Miam</b>
    <b id="no" onclick="window.told='refused';odd.remove()">Beurk</b></div>"""
)
SITES = parse_sites('["localhost"]\nblock = ["#odd"]\naccept = ["#yes"]\nrefuse = ["#no"]')


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    pages = {"/drawn": DRAWN, "/wall": WALL, "/switches": SWITCHES, "/unreadable": UNREADABLE, "/odd": ODD}
    with served(pages) as address:
        yield address


def read(driver: Stage, url: str) -> Notice:
    async def act(page: Page) -> Notice | None:
        return await Asker(patience=2).read(page)

    notice = driver.play(url, act, viewport={"width": 1000, "height": 600})
    assert notice is not None
    return notice


def called(notice: Notice, text: str) -> Control:
    return next(control for control in notice.layers[0].controls if control.text == text)


def test_colours_are_what_is_painted_together(driver: Stage, site: str) -> None:
    notice = read(driver, site + "/drawn")
    accept, refuse = called(notice, "Tout accepter"), called(notice, "Tout refuser")
    assert (accept.ink, accept.paper, accept.contrast) == ("#ffffff", "#006600", 7.24)
    assert (refuse.paper, refuse.ink) == ("#808080", "#bfbfbf")
    assert called(notice, "Paramétrer").ink == "#808080"
    assert (called(notice, "J’accepte").paper, called(notice, "J’accepte").ink) == ("#101010", "#ffffff")


def test_size_weight_line_and_border_are_told(driver: Stage, site: str) -> None:
    notice = read(driver, site + "/drawn")
    accept, refuse, settings = (called(notice, text) for text in ("Tout accepter", "Tout refuser", "Paramétrer"))
    assert [(one.size, one.weight, one.underlined, one.bordered) for one in (accept, refuse, settings)] == [
        (16, 700, False, False),
        (16, 400, False, True),
        (10, 400, True, False),
    ]
    assert settings.tag == "a"


def test_what_it_covers_is_told(driver: Stage, site: str) -> None:
    notice = read(driver, site + "/drawn")
    assert notice.covers == pytest.approx(0.2, abs=0.01)
    assert not notice.blocks


def test_a_wall_that_locks_the_page_blocks(driver: Stage, site: str) -> None:
    assert read(driver, site + "/wall").blocks


def test_switches_are_told_as_they_stand(driver: Stage, site: str) -> None:
    (layer,) = read(driver, site + "/switches").layers
    assert [(one.label, one.on, one.locked) for one in layer.switches] == [
        ("Nécessaires", True, True),
        ("Publicité", True, False),
        ("Audience", False, False),
    ]


def test_words_are_lines_that_a_reader_sees(driver: Stage, site: str) -> None:
    (layer,) = read(driver, site + "/switches").layers
    assert layer.language == "fr"
    assert layer.text.splitlines()[:2] == [ABOUT, "Nécessaires"]


def test_barriers_are_those_of_the_notice(driver: Stage, site: str) -> None:
    rules = {barrier.rule for barrier in read(driver, site + "/unreadable").barriers}
    assert {"color-contrast", "image-alt"} <= rules


def test_selectors_of_a_site_answer_what_no_word_tells(driver: Stage, site: str) -> None:
    async def act(page: Page) -> tuple[bool, str, str]:
        answer = await Asker(patience=2, sites=SITES).answer(page, State.REFUSED)
        assert answer.notice is not None
        return answer.reached, answer.notice.found_by, await page.evaluate("window.told")

    assert driver.play(site + "/odd", act) == (True, "selector", "refused")


def test_without_them_it_is_not_found(driver: Stage, site: str) -> None:
    async def act(page: Page) -> Notice | None:
        return await Asker(patience=1).find(page)

    assert driver.play(site + "/odd", act) is None


def test_roles_of_controls_are_told(driver: Stage, site: str) -> None:
    controls = read(driver, site + "/wall").layers[0].controls
    assert [control.role for control in controls] == [Role.ACCEPT, Role.REFUSE]
