"""What the run itself lacked, so that nothing passes in silence (A0..)."""

from __future__ import annotations

from collections.abc import Iterator

from bandeau.audit.inspect.scene import Scene, Sighting
from bandeau.audit.inspect.whole import Whole
from bandeau.audit.recording import Browser, Trouble
from bandeau.audit.repeated import cut

EXPECTED = frozenset({"no-notice", "no-way-back"})
"""Troubles that are none: nothing needs consent, so there is no notice; or another rule speaks of it (A810)."""


def sightings(whole: Whole) -> Iterator[tuple[Scene, Sighting]]:
    """The troubles of a page and of its states, and that it answered with an error."""
    for scene in whole.scenes:
        for trouble in scene.stay.trouble:
            if trouble.code not in EXPECTED and trouble not in whole.page.trouble and not _moot(whole, trouble):
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


def _moot(whole: Whole, trouble: Trouble) -> bool:
    """Whether a refusal was looked for in a notice that only tells, where nothing needs consent."""
    return trouble.code == "no-refuse" and whole.only_tells


def of_the_browser(browser: Browser, first: Scene) -> Iterator[tuple[Scene, Sighting]]:
    """What the browser's self-test found wanting."""
    who = f"{cut(browser.name, 40)} {cut(browser.version, 40)}"
    for code, works in (("A003", browser.third_party_cookies), ("A004", browser.pings), ("A005", browser.clean)):
        if not works:
            yield first, Sighting(code, "the browser", first.remark(f"the self-test of {who}"))
