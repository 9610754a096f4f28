"""Plays cases in one state and says which showed themselves."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from leaks.case import Case
from leaks.player import VIEWPORT, Visitor
from leaks.stage import staged
from leaks.suite import State


def play(browser: Browser, state: State, leaks: list[Case], kept: list[Case], folder: Path) -> dict[State, set[str]]:
    """The names of the cases that showed themselves in a state, and in the one that was earlier, where there is one.

    What is to show itself is waited for, and played again where it did not. What is not to is given the time that the
    site's own needed, and two seconds more.
    """
    cases = [*leaks, *kept]
    assert len(cases) == len({case.name for case in cases}), "two cases of one name"
    shown = {}
    with staged(cases, folder, "observe" if state.mode == "observe" else "enforce") as (stage, bare, front):
        context = browser.new_context(viewport=VIEWPORT)
        visitor = Visitor(stage, context, bare if state.mode == "bare" else front)
        visitor.plant()
        for one in filter(None, (state.earlier, state)):
            if one.action:
                visitor.choose(one.action)
            if one.earlier:
                visitor.leave()
                visitor.read_on()
            wanted = {case.name for case in leaks if one.shows(case)} | {case.name for case in kept}
            shown[one] = visitor.play_until(wanted)
        context.close()
    return shown
