"""All leak cases, by family; and the states in which each is played."""

from __future__ import annotations

from dataclasses import dataclass, replace

from leaks.answers import ANSWERS
from leaks.case import Case
from leaks.contacts import CONTACTS
from leaks.elements import ELEMENTS, STRANGERS
from leaks.insertions import INSERTIONS
from leaks.known import ALWAYS_HELD
from leaks.reads import READ
from leaks.realms import REALMS
from leaks.redirects import REDIRECTS
from leaks.storages import STORED
from leaks.styles import STYLES

FAMILIES: dict[str, list[Case]] = {
    "contacts": [case for case in CONTACTS if case not in ANSWERS],
    "elements": [*ELEMENTS, *STRANGERS],
    "styles": STYLES,
    "insertions": INSERTIONS,
    "answers": [*ANSWERS, *REDIRECTS],
    "stores": STORED,
    "reads": READ,
    "realms": REALMS,
}
LEAKS = [case for family in FAMILIES.values() for case in family]

NEVER_ALLOWED = ALWAYS_HELD | {case.name for case in STRANGERS}
"""What stays held whatever the visitor chooses."""

_ONE_OF_EACH = (
    *("img src", "iframe src", "script src", "link to a style sheet", "fetch", "WebSocket", "RTCPeerConnection"),
    *("Link header, preload", "cookie", "cookieStore.set", "localStorage.setItem", "database", "cache"),
    *("private file", "Set-Cookie", "in a realm: frame", "database in a worker of a blob"),
)
ALLIES = [replace(case, name=f"ally: {case.name}", service="ally") for case in LEAKS if case.name in _ONE_OF_EACH]
"""A few ways of each kind, used by a second service that may be allowed alone."""


@dataclass(frozen=True)
class State:
    """What a visitor has chosen, in front of which site.

    ``action`` is the form that was sent last, in the state that was ``earlier``.
    """

    name: str
    mode: str = "enforce"  # or "observe", or "bare": without Bandeau
    action: str = ""
    works: frozenset[str] = frozenset()  # the services that are to work
    earlier: State | None = None

    def shows(self, case: Case) -> bool:
        """Whether a case of a leak is to show itself."""
        return case.service in self.works and (self.mode != "enforce" or case.name not in NEVER_ALLOWED)


_BOTH = frozenset({"spy", "ally"})
ACCEPTED = State("after acceptance", action="accept-all", works=_BOTH)
STATES = (
    State("on the bare site", "bare", works=_BOTH),
    State("in observe mode", "observe", works=_BOTH),
    State("before a choice"),
    State("after a refusal", action="refuse-all"),
    State("another service allowed", action="allow-service=ally", works=frozenset({"ally"})),
    ACCEPTED,
    State("after a withdrawal", action="refuse-all", earlier=ACCEPTED),
)
