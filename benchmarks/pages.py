"""What the benchmarks serve and ask for: pages of any size, a folder of saved ones, and a declaration of their tags."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

OWN_HOST = "gazette.localhost"
DECLARATION = """
[site]
name = "La Gazette du Port"
hosts = ["gazette.localhost"]
languages = ["fr"]
controller = {{ name = "Éditions du Port SAS" }}
[purposes.functioning]
[purposes.advertising]
[services.site]
purpose = "functioning"
cookies = [{{ name = "session", lifetime = "session" }}, {{ name = "csrftoken", lifetime = "12 months" }}]
[services.others]
name = "Tiers"
recipient = "Tiers SA"
purpose = "advertising"
hosts = {hosts}
"""
_HOST = re.compile(rb"//((?:[a-z0-9-]+\.)+[a-z]{2,12})(?=[/\"'?:])")
_SENTENCE = "la marée monte sur le quai des brumes où les grues attendent un navire venu du large avec le vent"
_WORDS = _SENTENCE.split()
SIZES = {"30k": 30_000, "150k": 150_000, "1.5M": 1_500_000}


def page(size: int, *, tags: int = 6) -> bytes:
    """An article of about that many bytes, with as many third-party tags as are wanted; news pages carry some six."""
    scripts = "".join(f'<script async src="https://tiers{n}.example/tag.js"></script>' for n in range(tags))
    head = f'<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Une</title>{scripts}</head><body><main>'
    return "".join([head, *paragraphs(size - len(head)), "</main></body></html>"]).encode()


def paragraphs(size: int) -> Iterator[str]:
    """Paragraphs with links and pictures of the site's own, of about that many characters together."""
    number = length = 0
    while length < size:
        text = " ".join(_WORDS[number % 7 :] * 3)
        part = f'<p class="corps">{text} <a href="/article/{number}">lire <b>aussi</b></a>.</p>\n'
        if number % 12 == 5:
            part += f'<figure><img src="/images/{number}.jpg" alt="" width="640" height="360"></figure>\n'
        yield part
        length += len(part)
        number += 1


def saved(folder: Path | None) -> dict[str, bytes]:
    """The saved pages of a folder, by name."""
    return {path.stem: path.read_bytes() for path in sorted(folder.glob("*.html"))} if folder else {}


def declaration_of(*bodies: bytes) -> str:
    """A declaration that names every third party of those pages, as one service."""
    hosts = {host.decode() for body in bodies for host in _HOST.findall(body)} - {OWN_HOST}
    return DECLARATION.format(hosts=json.dumps(sorted(hosts)))
