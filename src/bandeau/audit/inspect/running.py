"""What the run itself lacked, so that nothing passes in silence (A0..)."""

from __future__ import annotations

from collections.abc import Iterator

from bandeau.audit.inspect.scene import Scene, Sighting, Whole, cut
from bandeau.audit.recording import Browser, State

EXPECTED = frozenset({"no-notice"})
"""Troubles that are none: a page on which nothing needs consent has no notice to answer."""


def sightings(whole: Whole) -> Iterator[tuple[Scene, Sighting]]:
    """The troubles of a page and of its states, and that it answered with an error."""
    for scene in whole.scenes:
        for trouble in scene.stay.trouble:
            if trouble.code not in EXPECTED and trouble not in whole.page.trouble:
                remark = scene.remark(trouble.text)
                yield scene, Sighting("A002", f"trouble {cut(trouble.code, 40)}", remark, cut(trouble.text, 400))
        if not scene.stay.reached and not scene.stay.trouble:
            yield scene, Sighting("A002", "not reached", scene.remark("no reason is told"), "it was not reached")
    for scene in whole.scenes[:1]:
        for trouble in whole.page.trouble:
            remark = scene.remark(trouble.text)
            yield scene, Sighting("A001", f"trouble {cut(trouble.code, 40)}", remark, cut(trouble.text, 400))
        if scene.stay.status >= 400:
            why = f"the page answered {scene.stay.status}"
            yield scene, Sighting("A006", f"status {scene.stay.status}", scene.remark(why), why)


def of_the_browser(browser: Browser, first: Scene) -> Iterator[tuple[Scene, Sighting]]:
    """What the browser's self-test found wanting."""
    who = f"{cut(browser.name, 40)} {cut(browser.version, 40)}"
    for code, works in (("A003", browser.third_party_cookies), ("A004", browser.pings), ("A005", browser.clean)):
        if not works:
            yield first, Sighting(code, "the browser", first.remark(f"the self-test of {who}"))


def is_lost(whole: Whole, state: State) -> bool:
    """Whether a state was not reached for a reason that says nothing of the notice: the tab crashed, and the like."""
    codes = {trouble.code for stay in whole.page.stays if stay.state is state for trouble in stay.trouble}
    return bool(codes & {"lost", "crashed", "stuck", "not-opened", "no-notice"})
