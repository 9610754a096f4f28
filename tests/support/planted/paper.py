"""The newspaper of the examples without its third parties' tags, wearing a notice of its own: one page a plant."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsroom.site import newspaper
from newsroom.witness import Witness

import newsroom
from support.planted.party import Parties
from support.planted.plant import Plant
from support.servers import serve_asgi

NOTICE = Path(__file__).with_name("notice.html").read_text("utf-8")
ARTICLE = "/article/les-grues-electriques-du-quai-des-brumes"
OTHER_NAME = "www.gazette-du-port.fr"
"""The paper by a name that the domain name system may know."""

GOOD = Plant("the good notice", "before", (), "true")
"""A page on which nothing is planted."""

DECLARATION = (
    newsroom.DECLARATION.read_text("utf-8")
    + """
[services.notice]
name = "Le choix du lecteur"
recipient = "Éditions du Port SAS"
purpose = "functioning"
cookies = [{ name = "gazette_choix", lifetime = "6 months" }]

[services.sillage]
name = "Sillage"
recipient = "Sillage Ltd"
purpose = "advertising"
profiling = true
personal_data = ["ip-address", "browsing", "usage", "device"]
countries = ["GB"]
hosts = ["sillage.localhost"]
cookies = [
  { name = "sillage_*", lifetime = "12 months" },
  { name = "sillage_uid", lifetime = "12 months", host = "sillage.localhost" },
]
storage = [{ name = "sillage_*", lifetime = "12 months" }]

[services.garde]
name = "La garde du quai"
recipient = "Éditions du Port SAS"
purpose = "functioning"
hosts = ["static.criteo.net"]
"""
)
"""What the paper promises: the example's declaration, its own notice, the tracker that the plants are made of, and an
advertiser that it passes off as necessary."""

_CHOICES = {"": "before", "non": "refused", "oui": "accepted", "retire": "withdrawn"}
_TAGS = re.compile(r'<(script|link)\b[^>]*="http://[a-z]+\.localhost[^>]*>(?:</script>)?')
_PICTURES = re.compile(r"<img\b[^>]*>")
_FOOT = '<button type="button" id="gerer">Gérer mes cookies</button>'


@dataclass
class Paper:
    """The newspaper as an ASGI application."""

    plants: dict[str, Plant]
    parties: Parties
    port: int = 0

    def __post_init__(self) -> None:
        tags = {name: f"http://{name}.localhost" for name in newsroom.servers.THIRD_PARTIES}
        self._app = newspaper(tags, Witness(tags))
        self.parties.fill = self.fill

    def fill(self, text: str) -> str:
        """A text with the third parties' addresses."""
        return text.replace("SILLAGE", self.at("sillage")).replace("INCONNU", self.at("inconnu"))

    def at(self, name: str) -> str:
        """The address of a third party."""
        return f"http://{name}.localhost:{self.port}"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer for the plant's page, its own files, or whatever the newspaper has."""
        path = scope["path"]
        if scope["type"] == "websocket":
            await receive()
            line = f"sillage_prise={secrets.token_hex(16)}; Path=/; Max-Age=15552000"
            await send({"type": "websocket.accept", "headers": [(b"set-cookie", line.encode())]})
            await send({"type": "websocket.close"})
        elif path == "/sw.js":
            await _answer(send, "oninstall = () => skipWaiting()", "text/javascript")
        elif path == "/sw-hit.js":
            await _answer(send, self.fill("fetch('SILLAGE/sw-hit', { mode: 'no-cors' })"), "text/javascript")
        elif path == "/w.js":
            await _answer(send, self.fill("fetch('SILLAGE/own-worker', { mode: 'no-cors' })"), "text/javascript")
        elif path.startswith("/p/"):
            await self._planted(self.plants[path.split("/")[2]], scope, receive, send)
        elif path == "/slow":
            await asyncio.sleep(2.2)  # an end of life is told to the second: what prolongs it must come later than that
            await _answer(send, "ok", "text/plain")
        elif path == "/echo":
            await _answer(send, "ok", "text/plain")
        elif path == "/onward":
            await _answer(send, "", "text/plain", 302, [("location", self.fill("SILLAGE/pixel.gif"))])
        else:
            await self._app(scope, receive, send)

    async def _planted(self, plant: Plant, scope: Any, receive: Any, send: Any) -> None:
        sent: list[Any] = []

        async def gather(message: Any) -> None:
            sent.append(message)

        await self._app({**scope, "path": ARTICLE, "raw_path": ARTICLE.encode()}, receive, gather)
        body = b"".join(message.get("body", b"") for message in sent).decode()
        state = _state(scope)
        headers = [(name.decode(), value.decode()) for name, value in sent[0]["headers"] if name != b"content-length"]
        if state in plant.does:
            headers += [("set-cookie", cookie.replace("RANDOM", secrets.token_hex(16))) for cookie in plant.cookies]
        await _answer(send, self.page(plant, body, state), "", plant.status, headers)

    def page(self, plant: Plant, body: str, state: str) -> str:
        """The article with the notice and what is planted."""
        active = state in plant.does
        script = plant.script + (f"; load('{plant.tagged_by}/{plant.slug}/plant.js')" if plant.tag else "")
        head = f"<script>const PLANTED = {list(plant.does)}; const plant = async state => {{ {script} }};</script>"
        page = _PICTURES.sub("", _TAGS.sub("", body))  # pictures show nothing here, and cost every visit
        page = page.replace("</head>", head + (plant.head if active else "") + "</head>")
        page = page.replace("</footer>", f"{_swapped(_FOOT, plant)}</footer>")
        page = page.replace("</body>", f"{plant.body if active else ''}{_swapped(NOTICE, plant)}</body>")
        return self.fill(page)


def _swapped(text: str, plant: Plant) -> str:
    for old, new in plant.swaps:
        if old in NOTICE or old in _FOOT:
            text = text.replace(old, new)
        else:
            raise ValueError(f"{plant.name}: the notice has no {old!r}")
    return text


def _state(scope: Any) -> str:
    cookies = dict(scope["headers"]).get(b"cookie", b"").decode()
    word = re.search(r"(?:^|; )gazette_choix=(\w+)", cookies)
    return _CHOICES.get(word[1] if word else "", "accepted")


async def _answer(send: Any, body: str, kind: str, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> None:
    heads = [(name.encode(), value.encode()) for name, value in headers]
    heads += [(b"content-type", kind.encode())] if kind else []
    await send({"type": "http.response.start", "status": status, "headers": heads})
    await send({"type": "http.response.body", "body": body.encode()})


@dataclass(frozen=True)
class Printed:
    """The running newspaper and its third parties."""

    url: str
    paper: Paper

    @property
    def port(self) -> str:
        """The paper's own port."""
        return self.url.rpartition(":")[2]

    @property
    def rules(self) -> tuple[str, ...]:
        """Where hosts lead: those of localhost to themselves, the paper's other name to it, all else to the parties."""
        outside = f"MAP * 127.0.0.1:{self.paper.port}"
        return ("MAP *.localhost 127.0.0.1", f"MAP {OTHER_NAME} 127.0.0.1:{self.port}", "EXCLUDE 127.0.0.1", outside)

    def page(self, plant: Plant) -> str:
        """The address of a plant's page."""
        return (f"http://{OTHER_NAME}" if plant.elsewhere else self.url) + plant.path


@contextmanager
def printed(plants: Iterable[Plant]) -> Iterator[Printed]:
    """Serve the newspaper with these plants."""
    by_slug = {plant.slug: plant for plant in plants}
    parties = Parties({slug: plant.tag for slug, plant in by_slug.items()})
    paper = Paper(by_slug, parties)
    with serve_asgi(parties, lifespan="off") as outside, serve_asgi(paper, lifespan="off") as inside:
        paper.port = outside
        yield Printed(f"http://gazette.localhost:{inside}", paper)
