"""A page of one site with one refused host, for the tests of the rewriter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from bandeau.enforce.html import NOTHING, Held, Holder, Inserts, Instead, Rewriter
from bandeau.enforce.url import Base
from bandeau.model import Origin, Reason, Service, Verdict

PAGE = Base(Origin("https", "gazette.example", 443), "/news/port.html")
EVIL = Service(id="evil", name="Evil", recipient="Evil SA", purposes=("advertising",))
ALLOWED = Verdict(allowed=True, reason=Reason.OWN)
REFUSED = Verdict(allowed=False, reason=Reason.REFUSED, service=EVIL)

REAL_PAGES = sorted((Path(__file__).parents[2].parent / "shared" / "pages").glob("*.html"))


def all_allowed(_origin: Origin, _path: str) -> Verdict:
    return ALLOWED


def evil_refused(origin: Origin, _path: str) -> Verdict:
    return REFUSED if origin.host == "evil.example" or origin.host.endswith(".evil.example") else ALLOWED


def only_own(origin: Origin, _path: str) -> Verdict:
    return ALLOWED if origin.host == PAGE.origin.host else REFUSED


def no_placeholder(_: Held) -> Instead:
    return NOTHING


def rewriter(
    verdict: Callable[[Origin, str], Verdict] = evil_refused,
    head: bytes = b"",
    body: bytes = b"",
    instead: Callable[[Held], Instead] = no_placeholder,
    within: Mapping[str, Callable[[], bytes]] | None = None,
    inner: bytes = b"",
    tail: bytes = b"",
) -> Rewriter:
    return Rewriter(Holder(verdict, PAGE), Inserts(head, body, tail, inner), instead, within)


def rewrite(chunks: bytes | Iterable[bytes], **options: object) -> bytes:
    made = rewriter(**options)  # type: ignore[arg-type]
    pieces = [chunks] if isinstance(chunks, bytes) else chunks
    return b"".join([made.feed(piece) for piece in pieces] + [made.close()])
