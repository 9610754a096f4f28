"""The notice as an audit saw it: its layers, buttons, switches and words. Values only."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from bandeau.audit.facts import Value


class Role(StrEnum):
    """What a control of a notice does."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    SETTINGS = "settings"
    SAVE = "save"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    POLICY = "policy"
    OTHER = "other"


class Box(Value, frozen=True, kw_only=True):
    """Where something stands, in CSS pixels from the window's corner."""

    x: float
    y: float
    width: float
    height: float


class Control(Value, frozen=True, kw_only=True):
    """A button or link of a notice, as it is drawn.

    Colours are ``#rrggbb`` after everything behind is painted together; ``contrast`` is WCAG's ratio of the two;
    ``size`` is in CSS pixels, ``weight`` as in CSS. ``layer`` counts from 1.
    """

    role: Role
    text: str
    layer: int = 1
    tag: str = "button"
    href: str = ""
    box: Box = Box(x=0, y=0, width=0, height=0)
    ink: str = ""
    paper: str = ""
    contrast: float = 0
    size: float = 0
    weight: int = 400
    underlined: bool = False
    bordered: bool = False


class Switch(Value, frozen=True, kw_only=True):
    """A box or slider of a notice: what it is called, whether it stands on, whether it can be moved."""

    label: str
    on: bool
    locked: bool = False
    layer: int = 1


class Barrier(Value, frozen=True, kw_only=True):
    """A rule of accessibility that the notice breaks, as axe-core names it."""

    rule: str
    impact: str
    help: str
    target: str


class Layer(Value, frozen=True, kw_only=True):
    """One layer of a notice: 1 is what is seen first, 2 the settings. ``text`` is its words, a line a block."""

    number: int
    text: str
    language: str = ""
    controls: tuple[Control, ...] = ()
    switches: tuple[Switch, ...] = ()


class Notice(Value, frozen=True, kw_only=True):
    """A notice that was found: how (``found_by``: words, the name of a recipe, a selector, an outside helper).

    ``manager`` is the consent manager where it is known; ``frame`` the address of the frame that it stands in;
    ``covers`` the part of the window that it covers, 0 to 1; ``way_back`` the control that opens it again once it
    was answered, where one was seen.
    """

    found_by: str
    manager: str = ""
    frame: str = ""
    covers: float = 0
    blocks: bool = False  # whether the page behind can be neither scrolled nor clicked
    layers: tuple[Layer, ...] = ()
    barriers: tuple[Barrier, ...] = ()
    way_back: Control | None = None


class Step(Value, frozen=True, kw_only=True):
    """One act of the visitor on the way to a state: ``click`` (or ``tick``) and what was clicked.

    No act of a visitor's are ``call`` (the manager's own function) and ``autoconsent`` (by its rule of that name).
    """

    act: str
    text: str
    role: Role = Role.OTHER


HELPER = "autoconsent"
"""What an outside helper found (:attr:`Notice.found_by`) or did (:attr:`Step.act`)."""


def helped(steps: Iterable[Step]) -> bool:
    """Whether an outside helper took part: the steps then tell nothing of what a visitor would have to do."""
    return any(step.act == HELPER for step in steps)
