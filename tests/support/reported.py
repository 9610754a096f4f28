"""The result of an audit, made by hand: what tests of reports start from, and what a look at a report needs."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Any

from bandeau.audit.facts import Area, Cause, CookieSet, Fact, Kept, Place, Request, SentCookie, Storing
from bandeau.audit.finding import Audit, Evidence, Finding, Held, Promise, Severity, Source, Verdict, Word
from bandeau.audit.judging import Judged
from bandeau.audit.knowledge import Knowledge
from bandeau.audit.recording import VERSION, Browser, Device, Page, Recording, State, Stay, Trouble
from bandeau.audit.reports.result import Bar, Result
from bandeau.audit.tape import Tape

HOME = "https://gazette.example/"
ARTICLE = "https://gazette.example/le-port-rouvre"
BROWSER = Browser(
    name="chromium", version="150.0.7871.114", third_party_cookies=True, pings=True, clean=True, agent="Mozilla/5.0"
)
LAW = Source(
    name="Directive 2002/58/EC, art. 5(3)",
    url="https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:02002L0058-20091219",
)
STACK = (
    Place(url="https://cdn.regie.example/tag.js", line=12, column=344, function="setId"),
    Place(url="https://cdn.regie.example/tag.js", line=3, column=18, function="start"),
    Place(url="https://gazette.example/", line=41, column=7),
)


KNOWLEDGE = Knowledge(
    {
        "regie": {
            "name": "Régie",
            "recipient": "Régie Publicitaire SA",
            "purpose": "advertising",
            "hosts": ["regie.example", "*.regie.example"],
        },
        "lanterne": {
            "name": "Lanterne",
            "recipient": "Lanterne Vidéo SARL",
            "purpose": "media",
            "hosts": ["*.lanterne.example"],
        },
    }
)
"""What is known here: two owners."""


def png(width: int = 320, height: int = 200, grey: int = 220) -> bytes:
    """A picture of one shade."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes([grey]) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def facts(page: str, *, trackers: bool, start: int) -> tuple[Fact, ...]:
    """What happens on a page, with or without its trackers."""
    own: tuple[Fact, ...] = (
        Request(id=f"{start}", url=page, kind="Document", at=start, page=page),
        Request(id=f"{start}a", url="https://gazette.example/style.css", kind="Stylesheet", at=start + 40, page=page),
        CookieSet(name="session", domain="gazette.example", at=start + 45, page=page),
    )
    if not trackers:
        return own
    sent = (SentCookie(name="_rp_uid", domain="regie.example"), SentCookie(name="_rp_seg", domain="regie.example"))
    by = Cause(kind="script", stack=STACK)
    return (
        *own,
        Request(id=f"{start}b", url="https://cdn.regie.example/tag.js", kind="Script", at=start + 130, page=page),
        Request(
            id=f"{start}c",
            url="https://sync.regie.example/pixel?uid=81f3",
            kind="Image",
            at=start + 610,
            cookies=sent,
            page=page,
            by=by,
        ),
        CookieSet(
            name="_rp_uid",
            value="81f3a0",
            domain="gazette.example",
            lifetime=34_000_000,
            at=start + 420,
            page=page,
            via="document.cookie",
            by=by,
        ),
        Storing(area=Area.LOCAL, op="set", key="rp:segments", value="a,b", at=start + 700, page=page, by=by),
        Request(
            id=f"{start}d", url="https://player.lanterne.example/embed/77", kind="Document", at=start + 900, page=page
        ),
        *(
            Request(
                id=f"{start}p{n}",
                url=f"https://img.lanterne.example/{n}.webp",
                kind="Image",
                at=start + 1000 + 90 * n,
                page=page,
            )
            for n in range(12)
        ),
    )


def page(url: str, device: Device = Device.DESKTOP) -> Page:
    kept = Kept(area=Area.COOKIE, key="_rp_uid", owner="gazette.example", value="81f3a0", lifetime=33_900_000)
    name = f"{url.rsplit('/', 1)[-1] or 'home'}-{device}"
    return Page(
        url=url,
        device=device,
        stays=(
            Stay(
                state=State.BEFORE,
                url=url,
                title="La Gazette",
                facts=facts(url, trackers=True, start=10),
                screenshot=f"{name}-before.png",
            ),
            Stay(
                state=State.REFUSED,
                url=url,
                facts=facts(url, trackers=True, start=5200),
                kept=(kept,),
                screenshot=f"{name}-refused.png",
                views=1,
            ),
            Stay(
                state=State.ACCEPTED,
                url=url,
                facts=facts(url, trackers=True, start=4100),
                screenshot=f"{name}-accepted.png",
            ),
            Stay(
                state=State.WITHDRAWN,
                url=url,
                reached=False,
                trouble=(Trouble(code="no-way-back", text="No control opens the notice again."),),
            ),
        ),
    )


def finding(code: str, severity: Severity, subject: str, message: str, **more: Any) -> Finding:
    seen = Evidence(
        text="document.cookie = “_rp_uid=81f3a0; max-age=34000000”",
        at=5620,
        state=State.REFUSED,
        url="https://sync.regie.example/pixel",
        places=STACK,
    )
    return Finding(
        code=code,
        severity=severity,
        subject=subject,
        message=message,
        page=more.pop("page", HOME),
        state=more.pop("state", State.REFUSED),
        evidence=(seen,),
        sources=(LAW,),
        **more,
    )


FINDINGS = (
    finding(
        "A102",
        Severity.ERROR,
        "cookie _rp_uid on gazette.example",
        "The cookie _rp_uid on gazette.example was set after refusing: Régie Publicitaire uses it for advertising.",
        change="hold the tag that does it until consent is given, or take it out of the page",
        service="regie",
    ),
    finding(
        "A102",
        Severity.ERROR,
        "cookie _rp_uid on gazette.example",
        "The cookie _rp_uid on gazette.example was set after refusing: Régie Publicitaire uses it for advertising.",
        page=ARTICLE,
        service="regie",
    ),
    finding(
        "A301",
        Severity.ERROR,
        "sync.regie.example",
        "sync.regie.example was contacted before any choice: it is an advertising host.",
        state=State.BEFORE,
        change="load https://cdn.regie.example/tag.js only after consent",
    ),
    finding(
        "A501",
        Severity.ERROR,
        "no way back",
        "Nothing on the page opens the notice again after accepting: consent is harder to take back than to give.",
        state=State.ACCEPTED,
        change="keep a link “Cookie settings” on every page",
    ),
    finding(
        "A502",
        Severity.WARNING,
        "refuse button",
        "The button that refuses is half as large as the one that accepts, and grey.",
        state=State.BEFORE,
        change="draw both buttons alike",
    ),
    finding(
        "A602",
        Severity.NOTE,
        "player.lanterne.example",
        "player.lanterne.example was contacted after accepting and no declaration names it.",
        state=State.ACCEPTED,
        change='add hosts = ["player.lanterne.example"] to a service',
    ),
)

WORDS = (
    Word(
        page=HOME,
        promises=(
            Held(
                promise=Promise(
                    kind="only-technical",
                    quote="Si vous refusez, seuls les traceurs techniques du site seront déposés et lus.",
                    language="fr",
                    says={"after": "refused"},
                ),
                verdict=Verdict.BROKEN,
                why="_rp_uid, which is used for advertising, was set and read after refusing.",
                evidence=FINDINGS[0].evidence,
            ),
            Held(
                promise=Promise(
                    kind="controller", quote="La Gazette du Port, éditée par Éditions du Port SAS", language="fr"
                ),
                verdict=Verdict.KEPT,
            ),
            Held(
                promise=Promise(
                    kind="lifetime",
                    quote="Nous conservons votre choix pendant 6 mois.",
                    language="fr",
                    says={"lifetime": "15552000"},
                ),
                verdict=Verdict.UNTESTED,
                why="the audit did not wait for six months",
            ),
        ),
        unread=("Votre confiance nous tient à cœur.",),
    ),
)


def result(**more: Any) -> Result:
    pages = more.pop("pages", (page(HOME), page(ARTICLE), page(HOME, Device.MOBILE)))
    recording = Recording(version=VERSION, made="2026-11-26T10:00:00Z", bandeau="0.1.0", browser=BROWSER, pages=pages)
    audit = Audit(findings=more.pop("findings", FINDINGS), words=more.pop("words", WORDS))
    names = {stay.screenshot for page in pages for stay in page.stays if stay.screenshot}
    pictures = more.pop("pictures", {name: png() for name in names})
    return Result.of(Tape.of(recording, pictures), _judged(pages, audit), Bar(knowledge=KNOWLEDGE, **more))


def _judged(pages: tuple[Page, ...], audit: Audit) -> Iterator[Judged]:
    """What was judged, page by page; what is about other pages comes last."""
    by_page: dict[tuple[str, Device], list[Finding]] = {}
    for made in audit.findings:
        by_page.setdefault((made.page, made.device), []).append(made)
    words = {(word.page, word.device): word for word in audit.words}
    for one in pages:
        name = (one.url, one.device)
        yield Judged(one, tuple(by_page.pop(name, ())), words.pop(name, None))
    for word in words.values():
        yield Judged(None, (), word)
    yield Judged(None, tuple(made for some in by_page.values() for made in some))
