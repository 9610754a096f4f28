"""What an audit asks of a browser: the devices, the states, how long to wait, and where to stop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bandeau.audit.recording import Device, Page, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a visit waits, in seconds.

    A page is waited for until nothing has been loaded or stored for ``quiet``, and never longer than ``settle``.
    ``navigate`` bounds the opening of a page, ``act`` each single thing asked of the browser, ``stay`` all of one state
    with its page views, the answer to the notice included.
    """

    quiet: float = 0.7
    settle: float = 12
    navigate: float = 25
    act: float = 8
    stay: float = 90

    def __post_init__(self) -> None:
        """Raises ValueError where a time is no positive number."""
        if min(self.quiet, self.settle, self.navigate, self.act, self.stay) <= 0:
            raise ValueError("each patience must be a number of seconds above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one page may cost, so that a hostile one costs only itself.

    ``facts`` is per state; ``text`` how many characters of a value, a body or an address are kept; ``body`` the bytes
    that one answer, and ``bytes`` those that one state, may load before loading is stopped; ``quota`` the bytes that an
    origin may store; ``targets`` the frame processes and workers of one visit that are watched.
    """

    facts: int = 20_000
    text: int = 512
    body: int = 50_000_000
    bytes: int = 200_000_000
    quota: int = 64_000_000
    targets: int = 300

    def __post_init__(self) -> None:
        """Raises ValueError where a limit is not above 0."""
        if min(self.facts, self.text, self.body, self.bytes, self.quota, self.targets) <= 0:
            raise ValueError("each limit must be above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How one page is seen.

    ``read`` adds a visit of its own in which the notice is read with its settings, before any choice. ``alone`` adds
    one visit for each declared service that is asked about. ``follow`` is how many links of the same site are opened
    after the page itself, in the same state. ``together`` is how many pages of a site one visit may read on, where
    many are seen. ``signal`` lets the browser say Global Privacy Control from the start.
    """

    devices: tuple[Device, ...] = (Device.DESKTOP,)
    states: tuple[State, ...] = (State.BEFORE, State.REFUSED, State.ACCEPTED, State.WITHDRAWN)
    read: bool = True
    alone: bool = False
    scroll: bool = True
    follow: int = 0
    together: int = 1
    signal: bool = False
    screenshots: bool = True
    language: str = "en-US"
    patience: Patience = field(default_factory=Patience)
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        """Raises ValueError where there is nothing to see."""
        if not self.devices or not self.states:
            raise ValueError("a plan needs at least one device and one state")
        if self.follow < 0:
            raise ValueError("follow counts links: 0 or more")
        if self.together < 1 or (self.follow and self.together > 1):
            raise ValueError("together counts pages: 1, or more where no links are followed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One page as it was seen, with its pictures: PNG bytes by the names that stays give.

    ``then`` are the pages that were read on in the same visits, those that were seen in every state. ``ended_by`` is
    the address of the page with which a visit ended that read on.
    """

    page: Page
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    then: tuple[Page, ...] = ()
    ended_by: str = ""
