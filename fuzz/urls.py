"""Whatever an address is, ``resolve`` never raises and never says that it stays on the site, or contacts nobody, where
a browser would go elsewhere.

The browser's part is played by Ada, an independent implementation of the URL Standard, where it is installed.
"""

from __future__ import annotations

from bandeau.enforce.url import PORTS, Base, resolve, split_srcset
from bandeau.model import Origin

try:
    import ada_url
except ImportError:
    ada_url = None

PAGE = Base(Origin("https", "gazette.example", 443), "/news/port.html")
_ADDRESS = "https://gazette.example/news/port.html"


def check_input(data: bytes) -> None:
    """Hold the invariant for one input."""
    split_srcset(data)
    resolve(data, PAGE)
    text = data.decode("utf-8", "replace")
    place = resolve(text, PAGE)
    if place is not None:
        assert place[1].startswith("/"), "a path begins with a slash"
        assert "/../" not in place[1], "dots are resolved"
    if ada_url is None or (address := _parsed(text)) is None or address.protocol[:-1] not in PORTS:
        return
    host = address.hostname.removesuffix(".") or address.hostname
    if "%" in host:
        return  # nobody can have that name
    if place is None:
        assert host == PAGE.origin.host, "it contacts somebody"
    elif place[0].host != host:
        assert place[0].host != PAGE.origin.host, "it leaves the site"
        assert not text.isascii() or "xn--" in text.lower(), "an ASCII name is read as browsers do"
    else:
        assert place[0].port == int(address.port or PORTS[address.protocol[:-1]]), "the port is another"


def _parsed(text: str) -> ada_url.URL | None:
    try:
        return ada_url.URL(text, _ADDRESS)
    except ValueError:
        return None
