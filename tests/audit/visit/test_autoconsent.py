"""autoconsent as a helper: it finds and answers what our own eyes cannot read, and a page has no hold on it.

The real package from npm where it is needed, else a script of our own that speaks its protocol.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

from bandeau.audit.recording import State
from bandeau.audit.seen import Notice, Role, Step
from bandeau.audit.visit import autoconsent
from bandeau.audit.visit.autoconsent import Package
from bandeau.audit.visit.helped import Helped
from bandeau.audit.visit.notice import Answer, Asker
from support import npm
from support.asking import Stage, served
from support.seeing import Eyes

pytestmark = pytest.mark.browser

PACKAGE = "@duckduckgo/autoconsent@16.23.0"
RULE = "Adroll"  # one of the package's, which knows the notice by its ids
ICON = '<svg width=24 height=24><circle cx=12 cy=12 r=9 fill="{}"></svg>'
STORY = "<!DOCTYPE html><html lang=en><title>Gazette</title><h1>The harbour wakes</h1>" + "<p>A story.</p>" * 20
BUTTONS = (
    "<div id=adroll_consent_container style='position: fixed; bottom: 0; padding: 1em; background: #eee'>"
    f"<button id=adroll_consent_accept>{ICON.format('green')}</button>"
    f"<button id=adroll_consent_reject>{ICON.format('red')}</button></div>"
)
CHOICE = """<script>
const box = document.getElementById("adroll_consent_container");
const choose = (what) => { document.cookie = "told=" + what; AFTER; };
document.getElementById("adroll_consent_accept").onclick = () => choose("accepted");
document.getElementById("adroll_consent_reject").onclick = () => choose("refused");
if (document.cookie.includes("told=")) box.remove();
</script>"""
COOKIEBOT = """<script>
window.Cookiebot = {
  hasResponse: false, dialog: { visible: true },
  withdraw() { document.cookie = "told=refused"; this.hasResponse = true; },
  hide() { this.dialog.visible = false; },
};
</script>"""
HOSTILE = """<p id=autoconsentReceiveMessage></p><p id=autoconsentSendMessage></p><p id=bandeauSaid></p>
<iframe name=bandeauNotice></iframe><script>
const said = [
  { type: "popupFound", cmp: "forged" }, { type: "optOutResult", cmp: "forged", result: true },
  { type: "autoconsentDone", cmp: "forged" }, { type: "eval", id: "1", code: "document.title = 'run'" },
];
window.met = [];
const names = ["autoconsentSendMessage", "autoconsentReceiveMessage", "bandeauSaid"];
for (const name of names) Object.defineProperty(window, name, { set() { met.push(name); }, get: () => undefined });
const say = (one) => { postMessage(one, "*"); dispatchEvent(new MessageEvent("message", { data: one })); };
setInterval(() => said.forEach(say), 20);
</script>"""
PAGES = {
    "/icons": STORY + BUTTONS + CHOICE.replace("AFTER", "box.remove()"),
    "/icons-that-load-anew": STORY + BUTTONS + CHOICE.replace("AFTER", "location.reload()"),
    "/icons-that-do-nothing": STORY + BUTTONS,
    "/asked-in-its-own-world": STORY + COOKIEBOT,
    "/nothing": STORY,
    "/hostile": STORY + HOSTILE,
    "/hostile-icons": STORY + HOSTILE + BUTTONS + CHOICE.replace("AFTER", "box.remove()"),
}

OVER = "<iframe src={} style='position: fixed; inset: 0; width: 100%; height: 100%; border: 0'></iframe>"
PAGES |= {
    "/framed": STORY + OVER.format("/nothing"),
    "/framed-icons": STORY + OVER.format("/icons"),
    "/framed-icons-of-another-site": STORY + OVER.format("http://other.localhost:{port}/icons"),
    "/icons-in-somebody-elses-frame": STORY + "<iframe src=/icons width=300 height=150></iframe>",
}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return Package.read(npm.installed(tmp_path_factory.mktemp("autoconsent"), [PACKAGE]) / autoconsent.NAME)


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with served(PAGES) as address:
        yield address


def made(folder: Path, script: str, *rules: dict[str, Any]) -> Package:
    """A package of our own with the helper's name."""
    (folder / "dist").mkdir(parents=True)
    (folder / "rules").mkdir()
    (folder / "package.json").write_text(json.dumps({"name": autoconsent.NAME, "version": "16.0.0"}))
    (folder / "dist" / "autoconsent.playwright.js").write_text(script)
    (folder / "rules" / "rules.json").write_text(json.dumps({"autoconsent": rules or [{"name": "none"}]}))
    return Package.read(folder)


def helped(package: Package) -> Helped:
    return Helped(Asker(patience=0.5), package)


def answered(asker: Any, state: State) -> Callable[[Page], Awaitable[tuple[Answer, str]]]:
    async def act(page: Page) -> tuple[Answer, str]:
        answer = await asker.answer(page, state)
        return answer, (await page.evaluate("document.cookie")).removeprefix("told=")

    return act


def found(asker: Any) -> Callable[[Page], Awaitable[Notice | None]]:
    async def act(page: Page) -> Notice | None:
        return await asker.find(page)

    return act


CHOICES = [(State.REFUSED, Role.REFUSE), (State.ACCEPTED, Role.ACCEPT)]


@pytest.mark.parametrize("path", ["/icons", "/icons-that-load-anew", "/hostile-icons"])
@pytest.mark.parametrize(("state", "role"), CHOICES)
def test_what_has_no_words_is_answered(
    driver: Stage, site: str, package: Package, path: str, state: State, role: Role
) -> None:
    answer, told = driver.play(site + path, answered(helped(package), state))
    assert (answer.reached, told, answer.trouble) == (True, state, ())
    assert answer.steps == (Step(act="autoconsent", text=RULE, role=role),)
    assert answer.notice == Notice(found_by="autoconsent", manager=RULE)


@pytest.mark.parametrize(("state", "role"), CHOICES)
def test_without_the_helper_it_is_not(driver: Stage, site: str, state: State, role: Role) -> None:
    answer, told = driver.play(site + "/icons", answered(Asker(patience=0.5), state))
    assert (answer.reached, told, [one.code for one in answer.trouble]) == (False, "", ["no-notice"])


def test_finding_clicks_nothing(driver: Stage, site: str, package: Package) -> None:
    async def act(page: Page) -> tuple[Notice | None, str]:
        return await helped(package).find(page), await page.evaluate("document.cookie")

    assert driver.play(site + "/icons", act) == (Notice(found_by="autoconsent", manager=RULE), "")


def test_what_its_rules_ask_of_the_page_is_asked_there(driver: Stage, site: str, package: Package) -> None:
    answer, told = driver.play(site + "/asked-in-its-own-world", answered(helped(package), State.REFUSED))
    assert (answer.reached, told, [step.text for step in answer.steps]) == (True, "refused", ["Cybotcookiebot"])


@pytest.mark.parametrize("path", ["/nothing", "/framed", "/hostile"])
def test_a_page_without_a_notice_stays_without(driver: Stage, site: str, package: Package, path: str) -> None:
    assert driver.play(site + path, found(helped(package))) is None
    answer, _ = driver.play(site + path, answered(helped(package), State.REFUSED))
    assert (answer.reached, answer.steps, [one.code for one in answer.trouble]) == (False, (), ["no-notice"])


def test_a_page_that_speaks_the_protocol_is_not_heard_and_meets_nothing(
    driver: Stage, site: str, package: Package
) -> None:
    async def act(page: Page) -> tuple[bool, list[str], str]:
        answer = await helped(package).answer(page, State.REFUSED)
        return answer.reached, await page.evaluate("met"), await page.title()

    assert driver.play(site + "/hostile", act) == (False, [], "Gazette")


def test_a_notice_that_does_not_react_is_not_answered(driver: Stage, site: str, package: Package) -> None:
    answer, _ = driver.play(site + "/icons-that-do-nothing", answered(helped(package), State.REFUSED))
    assert (answer.reached, [one.code for one in answer.trouble]) == (False, ["no-refuse"])
    assert [step.text for step in answer.steps] == [RULE]


BOX: dict[str, Any] = {"exists": "#adroll_consent_container"}
IN_FRAMES = {
    "name": "in frames",
    "runContext": {"main": False, "frame": True},
    "detectCmp": [BOX],
    "detectPopup": [BOX],
    "optOut": [{"click": "#adroll_consent_reject"}],
    "optIn": [{"click": "#adroll_consent_accept"}],
}


@pytest.mark.parametrize("path", ["/framed-icons", "/framed-icons-of-another-site"])
def test_a_notice_in_a_frame_is_answered(driver: Stage, site: str, package: Package, tmp_path: Path, path: str) -> None:
    asker = helped(made(tmp_path / "package", package.script(), IN_FRAMES))

    async def act(page: Page) -> tuple[bool, int]:
        answer = await asker.answer(page, State.REFUSED)
        return answer.reached, await page.frames[1].locator("#adroll_consent_container").count()

    assert driver.play(site + path, act) == (True, 0)


def test_a_notice_of_somebody_elses_page_is_not_the_sites(
    driver: Stage, site: str, package: Package, tmp_path: Path
) -> None:
    asker = helped(made(tmp_path / "package", package.script(), IN_FRAMES))
    assert driver.play(site + "/icons-in-somebody-elses-frame", found(asker)) is None


def test_hiding_a_notice_is_no_answer(driver: Stage, site: str, package: Package, tmp_path: Path) -> None:
    hides = {"if": BOX, "then": [{"hide": "#adroll_consent_container"}]}
    rule = {"name": "hides", "detectCmp": [BOX], "detectPopup": [BOX], "optOut": [hides], "optIn": []}
    asker = helped(made(tmp_path / "package", package.script(), rule))
    for state in (State.REFUSED, State.ACCEPTED):
        answer, told = driver.play(site + "/icons", answered(asker, state))
        assert (answer.reached, answer.steps, told) == (False, (), "")
        assert answer.notice == Notice(found_by="autoconsent", manager="hides")


def test_a_notice_that_our_eyes_can_answer_is_left_to_them(driver: Stage, tmp_path: Path) -> None:
    page = STORY + "<div id=bar style='position: fixed; bottom: 0'><p>We use cookies to measure our audience.</p>"
    page += "<button onclick='bar.remove()'>Accept all</button><button onclick='bar.remove()'>Reject all</button></div>"
    asker = helped(made(tmp_path / "package", "autoconsentReceiveMessage = document.title = 'helped'"))
    with served({"/": page}) as address:
        answer, _ = driver.play(address, answered(asker, State.REFUSED))
    assert [step.act for step in answer.steps] == ["click"]


ASKS = """
const marks = document.documentElement.dataset;
autoconsentReceiveMessage = async (message) => {
  if (message.type === "initResp") autoconsentSendMessage({ type: "eval", id: "one", code: CODE });
  if (message.type === "evalResp") marks.got = JSON.stringify([message.id, message.result]);
};
marks.named = typeof named;
autoconsentSendMessage({ type: "init" });
"""


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("(() => window.named)()", True),
        ("(() => window.unnamed)()", False),
        ("(() => { throw 1 })()", False),
        ("(() => Promise.resolve([1, 2, 3]))()", True),
        ("this is no script", False),
    ],
)
def test_only_yes_or_no_comes_back_from_the_page(
    driver: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, told: bool
) -> None:
    monkeypatch.setattr(autoconsent, "FOUND", 1.5)
    asker = helped(made(tmp_path / "package", ASKS.replace("CODE", json.dumps(code))))

    async def act(page: Page) -> tuple[str, str]:
        await asker.find(page)
        return await page.evaluate("[document.documentElement.dataset.named, document.documentElement.dataset.got]")

    with served({"/": STORY + "<script>window.named = 'by the page'</script>"}) as address:
        assert driver.play(address, act) == ["undefined", json.dumps(["one", told], separators=(",", ":"))]


@pytest.mark.parametrize(
    "script",
    [
        "autoconsentReceiveMessage",
        "autoconsentReceiveMessage = 1; throw 1",
        "autoconsentReceiveMessage = () => {}; setInterval(() => autoconsentSendMessage({ type: 'init' }))",
        "autoconsentReceiveMessage = 1; for (let i = 0; i < 1e5; i++) autoconsentSendMessage({ type: 'eval' })",
    ],
)
def test_a_helper_that_fails_or_never_ends_costs_a_bounded_time(
    driver: Stage, site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    monkeypatch.setattr(autoconsent, "FOUND", 0.5)
    monkeypatch.setattr(autoconsent, "ANSWERED", 0.5)
    asker = helped(made(tmp_path / "package", script))
    assert driver.play(site + "/icons", found(asker)) is None
    answer, told = driver.play(site + "/icons", answered(asker, State.REFUSED))
    assert (answer.reached, told) == (False, "")


def test_a_page_is_seen_in_each_state_with_the_helper(audit_eyes: Eyes, site: str, package: Package) -> None:
    page = audit_eyes.see(site + "/icons", helped(package)).page
    before, refused, accepted, withdrawn = page.stays
    assert before.notice == Notice(found_by="autoconsent", manager=RULE)
    assert [{one.key: one.value for one in stay.kept} for stay in (before, refused, accepted)] == [
        {}, {"told": "refused"}, {"told": "accepted"}
    ]  # fmt: skip
    assert (refused.reached, accepted.reached, withdrawn.reached) == (True, True, False)
    assert not refused.asks


def test_a_package_can_be_handed_to_another_process(package: Package) -> None:
    assert pickle.loads(pickle.dumps(package)) == package
    assert "16.23.0" in repr(package)
