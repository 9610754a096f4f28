"""Plays cases in one state and says which showed themselves."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from leaks.case import Case
from leaks.player import Visitor
from leaks.stage import staged
from leaks.suite import State


def play(browser: Browser, state: State, leaks: list[Case], kept: list[Case], folder: Path) -> set[str]:
    """The names of the cases that showed themselves.

    What is to show itself is waited for, and played again where it did not. What is not to is given the time that the
    site's own needed, and two seconds more.
    """
    cases = [*leaks, *kept]
    assert len(cases) == len({case.name for case in cases}), "two cases of one name"
    wanted = {case.name for case in leaks if state.shows(case)} | {case.name for case in kept}
    with staged(cases, folder, "observe" if state.mode == "observe" else "enforce") as (stage, bare, front):
        context = browser.new_context()
        visitor = Visitor(stage, context, bare if state.mode == "bare" else front)
        visitor.plant()
        for earlier in state.actions[:-1]:
            visitor.choose(earlier)
            visitor.play_until(wanted)
        for last in state.actions[-1:]:
            visitor.choose(last)
        if state.actions[1:]:
            visitor.leave()
            visitor.read_on()
        shown = visitor.play_until(wanted)
        context.close()
    return shown
