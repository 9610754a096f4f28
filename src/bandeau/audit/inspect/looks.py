"""Refusing drawn weaker than accepting (A803 to A808), by thresholds that stand here and in the documentation.

No law sets a general standard; the regulators judge case by case (EDPB, Cookie Banner Taskforce). So what keeps a
refusal from being read is an error, what makes it markedly weaker a warning, and mere emphasis a note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bandeau.audit.repeated import cut
from bandeau.audit.seen import Control

SMALLER = 0.8
"""The part of the accepting control's height, or of its letters, below which refusing is smaller."""

UNREADABLE = 3.0
"""The contrast below which even large letters cannot be read (WCAG 2.2, 1.4.3)."""

ENOUGH = 4.5
"""The contrast that letters need (WCAG 2.2, 1.4.3)."""

BOLDER = 200
"""The difference of weights from which on one text is bolder than another."""

_STRONG = 0.35  # saturation from which on a colour catches the eye
_PALE = 0.15
_COLOUR = re.compile(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})", re.IGNORECASE)
_LINE = 1.7  # heights of letters up to which a box is a line of text, without the room of a button around it


def weaker(refuse: Control, accept: Control) -> Iterator[tuple[str, str, str]]:
    """Say in what refusing is drawn weaker than accepting: code, subject and reason of each."""
    subject = f"“{cut(refuse.text, 60)}”"
    if (why := _smaller(refuse, accept)) is not None:
        yield "A803", subject, why
    if 0 < refuse.contrast < UNREADABLE:
        yield (
            "A804",
            subject,
            f"its contrast is {refuse.contrast:.1f}:1, and {UNREADABLE:g}:1 is the least for any text",
        )
    elif 0 < refuse.contrast < ENOUGH <= accept.contrast:
        yield "A805", subject, f"{refuse.contrast:.1f}:1 beside {accept.contrast:.1f}:1; text needs {ENOUGH:g}:1"
    if _plain(refuse) and not _plain(accept):
        yield "A806", subject, ""
    elif _saturation(accept.paper, 0) >= _STRONG and _saturation(refuse.paper, 1) <= _PALE:
        yield "A807", subject, f"{cut(refuse.paper, 9)} beside {cut(accept.paper, 9)}"
    if accept.weight - refuse.weight >= BOLDER:
        yield "A808", subject, f"weight {refuse.weight} beside {accept.weight}"


def _smaller(refuse: Control, accept: Control) -> str | None:
    if 0 < refuse.size < SMALLER * accept.size:
        return f"letters of {refuse.size:g} px beside {accept.size:g} px"
    if 0 < refuse.box.height < SMALLER * accept.box.height and not _plain(refuse):
        return f"{refuse.box.height:.0f} px high beside {accept.box.height:.0f} px"
    return None


def _plain(control: Control) -> bool:
    """Whether a control is drawn as a link in a text: no border, and underlined or no higher than its line."""
    line = 0 < control.box.height <= _LINE * control.size
    return not control.bordered and (line or (control.underlined and control.tag == "a"))


def _saturation(colour: str, unknown: float) -> float:
    """How far a colour is from grey, 0 to 1; ``unknown`` for what is no colour."""
    match = _COLOUR.fullmatch(colour)
    if match is None:
        return unknown
    channels = [int(part, 16) for part in match.groups()]
    return (max(channels) - min(channels)) / max(channels) if max(channels) else 0
