"""The page of popups that the npm package of autoconsent carries: ours finds what it expects, and leaves the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import Page

from bandeau.audit.seen import Notice, Role
from bandeau.audit.visit.notice import Asker
from support import npm
from support.asking import Stage, served

pytestmark = pytest.mark.browser

PACKAGE = "@duckduckgo/autoconsent@16"
POPUPS = "@duckduckgo/autoconsent/tests-wtr/heuristics/get-actionable-popups.html"
NOTICES = {
    "popup-reject-all": {Role.ACCEPT, Role.REFUSE},
    "popup-no-reject": {Role.ACCEPT, Role.SETTINGS},  # autoconsent cannot answer it; a notice it is
    "popup-sticky": {Role.ACCEPT, Role.REFUSE},
    "popup-multiple-buttons": {Role.ACCEPT, Role.REFUSE, Role.SETTINGS},
    "popup-role-dialog": {Role.ACCEPT, Role.REFUSE},
    "popup-aria-modal": {Role.ACCEPT, Role.REFUSE},
    "popup-dialog-element": {Role.ACCEPT, Role.REFUSE},
    "popup-accept-only": {Role.ACCEPT},
    "popup-acknowledge-only": {Role.ACCEPT},
    "popup-multiple-reject": {Role.REFUSE},
}
OTHERS = ("popup-newsletter", "popup-age-gate")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    modules = npm.installed(tmp_path_factory.mktemp("autoconsent"), [PACKAGE])
    text = re.sub(r"<script.*?</script>", "", (modules / POPUPS).read_text("utf-8"), flags=re.DOTALL)
    with served({"/": text}) as address:
        yield address


def showing(driver: Stage, site: str, popup: str) -> Notice | None:
    async def act(page: Page) -> Notice | None:
        show = "(id) => { const one = document.getElementById(id); one.classList.add('visible'); one.show?.(); }"
        await page.evaluate(show, popup)
        return await Asker(patience=1).find(page)

    return driver.play(site, act)


@pytest.mark.parametrize("popup", NOTICES)
def test_a_popup_about_cookies_is_found(driver: Stage, site: str, popup: str) -> None:
    notice = showing(driver, site, popup)
    assert notice is not None
    assert NOTICES[popup] <= {control.role for control in notice.layers[0].controls}


@pytest.mark.parametrize("popup", OTHERS)
def test_a_popup_about_something_else_is_left_alone(driver: Stage, site: str, popup: str) -> None:
    assert showing(driver, site, popup) is None
