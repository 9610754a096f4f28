"""The exact words of the notice, in one canonical form, so that what was shown can be kept by its hash."""

from __future__ import annotations

from html.parser import HTMLParser

from bandeau.ask.banner import banner, control
from bandeau.ask.settings import settings_page
from bandeau.ask.view import View
from bandeau.decide import Policy


def notice_text(view: View) -> str:
    """Every word of banner and settings page, one text a line, in the order shown, the language first.

    It does not depend on who looks: not on their choice, nor on the page they come from; only on the declaration,
    the language, and whether the sentence on the browser's signal is shown.

    The sentence that says why a question comes back is no part of it, because it is not the same for all who are
    asked. It follows from what is archived as well: ``bandeau.changes.changes`` gives it of the two declarations that
    the record's entry before and the new entry name. So what anybody was shown can be had again.
    """
    neutral = View(Policy(view.declaration, None, signal=view.policy.signal), view.language, back="/")
    # Where nothing is asked, no banner is ever shown.
    first = banner(neutral) if view.declaration.asked else control(neutral)
    lines = [f"language: {view.words.language}", *_texts(first), *_texts(settings_page(neutral))]
    return "\n".join(lines) + "\n"


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        # Not split(), which would also drop the no-break spaces that French needs.
        if text := " ".join(filter(None, data.replace("\n", " ").split(" "))):
            self.found.append(text)


def _texts(markup: str) -> list[str]:
    parser = _Texts()
    parser.feed(markup)
    parser.close()
    return parser.found
