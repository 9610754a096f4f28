"""Other pages of a site, read on in the visits of a page: in the same states, told apart from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bandeau.audit.facts import CookieSet, Request
from bandeau.audit.recording import State, Stay
from bandeau.audit.visit import Plan, Seen, see
from bandeau.declare import read_declaration
from support import declared
from support.seeing import QUICK, ById, Eyes, codes, of
from support.stage import Stage

from .test_visit import NOTICE

pytestmark = pytest.mark.browser

BARE = "<title>bare</title>"
OWN = """<title>other</title><script>document.cookie = "{name}=1"</script><script>
if (document.cookie.includes("choice=yes")) new Image().src = "{ads}/{name}.png";
</script>"""


def seen(eyes: Eyes, url: str, then: Sequence[str], **plan: Any) -> Seen:
    made = Plan(**{"patience": QUICK, "read": False, "scroll": False, "screenshots": False, **plan})
    return eyes.loop.run(see(eyes.live, url, made, ById(), then=then))


def site(sites: Stage, *names: str) -> tuple[str, list[str]]:
    sites.put("stats", "/s.png")
    sites.put("ads", "/a.png")
    for name in names:
        sites.put("ads", f"/{name}.png")
    others = [sites.put("site", f"/{name}", OWN.replace("{name}", name)) for name in names]
    return sites.put("site", "/", f"<title>site</title>{NOTICE}"), others


def did(stay: Stay) -> set[str]:
    asked = {request.url.rsplit("/", 1)[1] for request in of(stay, Request) if "//ads" in request.url}
    return asked | {cookie.name for cookie in of(stay, CookieSet)}


def test_each_state_is_seen_of_each_page_and_told_apart(audit_eyes: Eyes, sites: Stage) -> None:
    url, others = site(sites, "one", "two")
    whole = seen(audit_eyes, url, others)
    assert [(page.url, page.after) for page in whole.then] == [(other, url) for other in others]
    assert not whole.ended_by
    for page, name in zip(whole.then, ("one", "two"), strict=True):
        assert [stay.state for stay in page.stays] == [stay.state for stay in whole.page.stays]
        assert all(stay.reached and stay.trouble == () and stay.status == 200 for stay in page.stays)
        assert [did(stay) for stay in page.stays] == [{name}, {name}, {name, f"{name}.png"}, {name}]
        assert all(stay.notice is None and not stay.steps and stay.views == 1 for stay in page.stays)
        assert "choice" in {kept.key for kept in page.stays[1].kept}
    alone = seen(audit_eyes, url, ()).page
    assert [did(stay) for stay in whole.page.stays] == [did(stay) for stay in alone.stays]
    assert [stay.steps for stay in whole.page.stays] == [stay.steps for stay in alone.stays]


def test_pictures_of_all_pages_are_drawn(audit_eyes: Eyes, sites: Stage) -> None:
    url, others = site(sites, "one")
    whole = seen(audit_eyes, url, others, screenshots=True, states=(State.BEFORE, State.REFUSED))
    names = [stay.screenshot for page in (whole.page, *whole.then) for stay in page.stays]
    assert len(set(names)) == 4
    assert set(whole.pictures) == set(names)


def test_where_no_notice_is_found_nothing_is_read_on(audit_eyes: Eyes, sites: Stage) -> None:
    _, others = site(sites, "one")
    assert seen(audit_eyes, sites.put("site", "/bare", BARE), others).then == ()


def test_a_state_that_cannot_be_had_on_the_page_cannot_be_had_on_the_others(audit_eyes: Eyes, sites: Stage) -> None:
    url, others = site(sites, "one")
    sites.put("site", "/", NOTICE.replace("id=withdraw", "id=other"))
    whole = seen(audit_eyes, url, others)
    (page,) = whole.then
    assert [stay.reached for stay in page.stays] == [True, True, True, False]
    assert codes(page.stays[-1]) == codes(whole.page.stays[-1]) == {"no-button"}


def test_a_page_with_which_the_visit_ends_is_named(audit_eyes: Eyes, sites: Stage) -> None:
    url, others = site(sites, "one", "two")
    hangs = sites.put("site", "/hangs", "<title>hangs</title><script>for (;;);</script>")
    states, patience = (State.BEFORE, State.REFUSED), replace(QUICK, navigate=2)
    whole = seen(audit_eyes, url, [others[0], hangs, others[1]], states=states, patience=patience)
    assert whole.ended_by == hangs
    assert whole.then == ()


def test_a_service_that_is_allowed_alone_is_on_every_page(audit_eyes: Eyes, sites: Stage, tmp_path: Path) -> None:
    url, others = site(sites, "one")
    told = (
        declared.site() + '[purposes.audience]\n[services.stats]\npurpose = "audience"\nhosts = ["stats.localhost"]\n'
    )
    file = tmp_path / "bandeau.toml"
    file.write_text(told, encoding="utf-8")
    plan = Plan(patience=QUICK, read=False, scroll=False, alone=True, states=(State.BEFORE,), screenshots=False)
    work = see(audit_eyes.live, url, plan, ById(), declaration=read_declaration(file), then=others)
    (page,) = audit_eyes.loop.run(work).then
    assert [(stay.state, stay.service) for stay in page.stays] == [(State.BEFORE, ""), (State.ALONE, "stats")]
    assert "choice" in {kept.key for kept in page.stays[1].kept}
