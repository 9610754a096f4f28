"""A recording: everything one audit saw, whole enough to be judged again without a browser.

``format_recording`` and ``parse_recording`` are a pair: JSON, compact, one canonical form (docs/formats/recording.md).
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from bandeau.audit.facts import Fact, Kept, Value
from bandeau.audit.seen import Notice, Step
from bandeau.errors import BandeauError

VERSION = 1
"""The version of the recording's format."""


class State(StrEnum):
    """The states of consent that a page is seen in."""

    BEFORE = "before"
    REFUSED = "refused"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    ALONE = "alone"  # one service allowed, everything else refused


class Device(StrEnum):
    """What the page believes to be shown on."""

    DESKTOP = "desktop"
    MOBILE = "mobile"


class Trouble(Value, frozen=True, kw_only=True):
    """Something that went wrong while a page was seen: a stable ``code``, and a sentence."""

    code: str
    text: str


class Stay(Value, frozen=True, kw_only=True):
    """What was seen of a page in one state.

    ``reached`` is false where the state could not be had (no button for it); ``trouble`` says why. ``steps`` are the
    visitor's acts that led to it, from the state before it. ``asks`` tells whether a notice was showing at the end.
    ``kept`` is what lay on the terminal when the stay was over. ``screenshot`` is the name of a picture that lies
    beside the recording.
    """

    state: State
    reached: bool = True
    service: str = ""  # of ``alone``: the declared service
    url: str = ""  # where the page ended up
    title: str = ""
    language: str = ""
    status: int = 0
    steps: tuple[Step, ...] = ()
    asks: bool = False
    notice: Notice | None = None
    views: int = 1
    facts: tuple[Fact, ...] = ()
    kept: tuple[Kept, ...] = ()
    trouble: tuple[Trouble, ...] = ()
    screenshot: str = ""
    took: int = 0  # milliseconds


class Page(Value, frozen=True, kw_only=True):
    """One page, on one device, in every state that was asked for.

    ``after`` is the page of the same visits on which the notice was answered; empty where it was answered here.
    """

    url: str
    device: Device = Device.DESKTOP
    after: str = ""
    stays: tuple[Stay, ...] = ()
    trouble: tuple[Trouble, ...] = ()

    def stay(self, state: State, service: str = "") -> Stay | None:
        """The stay in that state, ``None`` where there is none or it was not reached."""
        found = (stay for stay in self.stays if stay.state is state and stay.service == service and stay.reached)
        return next(found, None)


class Browser(Value, frozen=True, kw_only=True):
    """The browser that was driven, and what its self-test found of the policy that it runs under."""

    name: str
    version: str
    third_party_cookies: bool
    pings: bool
    clean: bool
    headless: bool = True
    agent: str = ""


class Recording(Value, frozen=True, kw_only=True):
    """Everything one audit saw."""

    version: int  # of the format
    made: str  # RFC 3339, UTC
    bandeau: str  # the version of Bandeau that made it
    browser: Browser
    pages: tuple[Page, ...]


class RecordingError(BandeauError, ValueError):
    """A saved recording cannot be read: it is damaged, or of another version; make it again."""


_ENCODER = msgspec.json.Encoder(order="deterministic")
_DECODER = msgspec.json.Decoder(Recording)


def format_recording(recording: Recording) -> bytes:
    """Give a recording as JSON, always in the same order."""
    return _ENCODER.encode(recording)


def parse_recording(text: bytes) -> Recording:
    """Read a recording.

    Raises:
        RecordingError: it is no recording, or of a version that this Bandeau does not know.
    """
    try:
        recording = _DECODER.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RecordingError(f"this is no recording of an audit: {error}") from error
    if recording.version != VERSION:
        raise RecordingError(f"this recording is of version {recording.version}; this Bandeau reads version {VERSION}")
    return recording


def schema() -> dict[str, object]:
    """Give the JSON Schema of recordings."""
    return msgspec.json.schema(Recording)
