"""The course of a page: its states, its views, its devices, and one service alone."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bandeau.audit.facts import CookieRead, CookieSet, Request
from bandeau.audit.recording import Device, Page, State, format_recording, parse_recording
from bandeau.audit.visit import Plan, recorded, see
from bandeau.declare import read_declaration
from support import declared
from support.seeing import ById, Eyes, Said, codes, of
from support.stage import Stage

pytestmark = pytest.mark.browser

NOTICE = """<div id=notice><button id=accept onclick="choose('yes')">Yes</button>
<button id=refuse onclick="choose('no')">No</button><button id=stats onclick="choose('stats')">Stats</button></div>
<button id=withdraw onclick="choose('no')">Change</button>
<script>
function choose(what) {
  document.cookie = `choice=${what}; path=/`;
  document.getElementById("notice")?.remove();
  act(what);
}
function act(what) {
  if (what === "yes" || what === "stats") new Image().src = "{stats}/s.png";
  if (what === "yes") new Image().src = "{ads}/a.png";
}
const said = /choice=(\\w+)/.exec(document.cookie)?.[1];
if (said) { document.getElementById("notice").remove(); act(said); }
</script>"""


def site(sites: Stage, head: str = "") -> str:
    sites.put("stats", "/s.png")
    sites.put("ads", "/a.png", "", ("Set-Cookie", "ad=1; SameSite=None; Secure"))
    return sites.put("site", "/", f"<title>site</title>{head}{NOTICE}")


def hosts(page: Page, state: State, service: str = "") -> dict[int, set[str]]:
    """The third parties contacted in a state, by view."""
    stay = page.stay(state, service)
    assert stay is not None
    found: dict[int, set[str]] = {}
    for request in of(stay, Request):
        name = request.url.split("/")[2].split(".")[0]
        found.setdefault(request.view, set()).update({name} - {"site"})
    return found


def test_each_state_is_seen_as_the_choice_is_made_and_on_the_next_page(audit_eyes: Eyes, sites: Stage) -> None:
    page = audit_eyes.see(site(sites)).page
    assert [stay.state for stay in page.stays] == [State.BEFORE, State.REFUSED, State.ACCEPTED, State.WITHDRAWN]
    assert all(stay.reached and stay.trouble == () and stay.status == 200 for stay in page.stays)
    assert hosts(page, State.BEFORE) == {0: set()}
    assert hosts(page, State.REFUSED) == {1: set()}
    assert hosts(page, State.ACCEPTED) == {0: {"stats", "ads"}, 1: {"stats", "ads"}}
    assert hosts(page, State.WITHDRAWN) == {1: set()}
    assert [stay.asks for stay in page.stays] == [True, False, False, False]
    assert [[step.text for step in stay.steps] for stay in page.stays] == [[], ["refuse"], ["accept"], ["withdraw"]]


def test_what_survives_a_withdrawal_lies_there(audit_eyes: Eyes, sites: Stage) -> None:
    page = audit_eyes.see(site(sites)).page
    kept = {stay.state: {one.key for one in stay.kept} for stay in page.stays}
    assert kept == {
        State.BEFORE: set(),
        State.REFUSED: {"choice"},
        State.ACCEPTED: {"choice", "ad"},
        State.WITHDRAWN: {"choice", "ad"},
    }


def test_each_visit_begins_with_a_clean_profile(audit_eyes: Eyes, sites: Stage) -> None:
    url = site(sites, "<script>document.cookie = 'seen=1'</script>")
    first, second = audit_eyes.see(url).page, audit_eyes.see(url).page
    for page in (first, second):
        before = page.stay(State.BEFORE)
        assert before is not None
        assert of(before, CookieRead) == [] or of(before, CookieRead)[0].names == ("seen",)


def test_a_page_without_a_notice_has_one_state(audit_eyes: Eyes, sites: Stage) -> None:
    page = audit_eyes.see(sites.put("site", "/", "hello")).page
    assert [stay.reached for stay in page.stays] == [True, False, False, False]
    assert all(codes(stay) == {"no-notice"} for stay in page.stays[1:])


def test_a_state_that_no_button_leads_to_is_not_reached(audit_eyes: Eyes, sites: Stage) -> None:
    url = sites.put("site", "/", "<div id=notice><button id=accept onclick='notice.remove()'>Yes</button></div>")
    before, refused, accepted, withdrawn = audit_eyes.see(url).page.stays
    assert [before.reached, refused.reached, accepted.reached, withdrawn.reached] == [True, False, True, False]
    assert codes(refused) == codes(withdrawn) == {"no-button"}


def test_what_a_page_does_before_the_click_belongs_to_the_state_before(audit_eyes: Eyes, sites: Stage) -> None:
    """A heartbeat that the withdrawal ends is no violation of it."""
    beat = """<script>if (said === "yes") {
  const beat = setInterval(() => fetch("/beat"), 30);
  addEventListener("click", ({target}) => target.id === "withdraw" && clearInterval(beat), true);
}</script>"""
    sites.put("site", "/beat")

    class Slow(ById):
        async def take_back(self, page):  # type: ignore[no-untyped-def]
            await page.wait_for_timeout(300)
            return await super().take_back(page)

    url = sites.put("site", "/", f"{NOTICE}{beat}")
    page = audit_eyes.see(url, Slow()).page
    accepted, withdrawn = page.stay(State.ACCEPTED), page.stay(State.WITHDRAWN)
    assert accepted is not None
    assert withdrawn is not None
    assert of(accepted, Request, url=sites.url("site", "/beat"))
    assert of(withdrawn, Request, url=sites.url("site", "/beat")) == []


def test_what_a_page_does_before_a_helper_acts_belongs_to_the_state_before(audit_eyes: Eyes, sites: Stage) -> None:
    """A helper's choice is no click that the page tells of."""
    for path in ("/early", "/late"):
        sites.put("site", path)

    class Outside(ById):
        async def answer(self, page, state, service="", label=""):  # type: ignore[no-untyped-def]
            await page.evaluate("fetch('/early').then((answer) => answer.text())")
            acted = time.time()
            await page.evaluate("choose('no'); fetch('/late').then((answer) => answer.text())")
            return Said(reached=True, acted=acted)

    seen = audit_eyes.see(site(sites), Outside(), states=(State.BEFORE, State.REFUSED)).page
    paths = [{urlsplit(request.url).path for request in of(stay, Request)} for stay in seen.stays]
    assert ("/early" in paths[0], "/early" in paths[1]) == (True, False)
    assert ("/late" in paths[0], "/late" in paths[1]) == (False, True)


def test_only_the_states_that_are_asked_for_are_told(audit_eyes: Eyes, sites: Stage) -> None:
    page = audit_eyes.see(site(sites), states=(State.WITHDRAWN,)).page
    assert [stay.state for stay in page.stays] == [State.WITHDRAWN]


def test_links_of_the_same_site_are_followed_in_the_same_state(audit_eyes: Eyes, sites: Stage) -> None:
    sites.put("site", "/two", "<script>document.cookie = 'two=1'</script>")
    sites.put("site", "/three", "three")
    url = site(sites, "<a href=/two#x>two</a><a href=/two>again</a><a href={ads}/>out</a><a href=/three>three</a>")
    before, refused = audit_eyes.see(url, states=(State.BEFORE, State.REFUSED), follow=2).page.stays
    assert (before.views, refused.views) == (3, 4)
    assert {request.url.rpartition("/")[2] for request in of(before, Request, kind="Document")} == {"", "two", "three"}
    assert [(cookie.name, cookie.view) for cookie in of(before, CookieSet)] == [("two", 1)]
    assert refused.reached


def test_a_telephone_is_a_telephone(audit_eyes: Eyes, sites: Stage) -> None:
    sites.put("site", "/said")
    sites.put("site", "/w.js", "fetch(`/worker?${navigator.userAgent}`)")
    script = "fetch(`/said?${innerWidth},${devicePixelRatio},${'ontouchstart' in window},${navigator.userAgent}`);"
    script += "new Worker('/w.js')"
    url = sites.put("site", "/", f"<meta name=viewport content='width=device-width'><script>{script}</script>")
    plan = Plan(read=False, states=(State.BEFORE,), screenshots=False)
    seen = audit_eyes.loop.run(see(audit_eyes.live, url, plan, ById(), device=Device.MOBILE))
    (stay,) = seen.page.stays
    said = next(request.url for request in of(stay, Request) if "/said?" in request.url)
    assert "?412,2.625,true,Mozilla/5.0%20(Linux;%20Android" in said
    assert any("/worker?Mozilla/5.0%20(Linux;%20Android" in request.url for request in of(stay, Request))
    assert seen.page.device is Device.MOBILE


def test_one_service_is_seen_alone(audit_eyes: Eyes, sites: Stage, tmp_path: Path) -> None:
    text = (
        declared.site() + '[purposes.audience]\n[services.stats]\npurpose = "audience"\nhosts = ["stats.localhost"]\n'
    )
    file = tmp_path / "bandeau.toml"
    file.write_text(text, encoding="utf-8")
    plan = Plan(read=False, alone=True, states=(State.BEFORE,), screenshots=False)
    work = see(audit_eyes.live, site(sites), plan, ById(), declaration=read_declaration(file))
    page = audit_eyes.loop.run(work).page
    assert hosts(page, State.ALONE, "stats") == {0: {"stats"}, 1: {"stats"}}


def test_each_state_has_its_picture(audit_eyes: Eyes, sites: Stage) -> None:
    seen = audit_eyes.see(site(sites), screenshots=True)
    assert {stay.screenshot for stay in seen.page.stays} == set(seen.pictures)
    assert len(seen.pictures) == 4
    assert all(picture.startswith(b"\x89PNG") for picture in seen.pictures.values())


def test_pages_seen_at_once_are_told_apart(audit_eyes: Eyes, sites: Stage) -> None:
    urls = [sites.put(f"s{n}", "/", f"<script>document.cookie = 'c{n}=1'; fetch('/x{n}')</script>") for n in range(4)]
    plan = Plan(read=False, states=(State.BEFORE,), screenshots=False)

    async def all_at_once() -> list[Page]:
        return [seen.page for seen in await asyncio.gather(*(see(audit_eyes.live, url, plan, ById()) for url in urls))]

    for number, page in enumerate(audit_eyes.loop.run(all_at_once())):
        (stay,) = page.stays
        assert [cookie.name for cookie in of(stay, CookieSet)] == [f"c{number}"]
        assert {request.url for request in of(stay, Request)} >= {urls[number], sites.url(f"s{number}", f"/x{number}")}
        assert all(f"s{number}.localhost" in request.url for request in of(stay, Request))


def test_what_was_seen_can_be_saved_and_read(audit_eyes: Eyes, sites: Stage) -> None:
    recording = recorded(audit_eyes.live.facts(), [audit_eyes.see(site(sites)).page])
    assert parse_recording(format_recording(recording)) == recording
