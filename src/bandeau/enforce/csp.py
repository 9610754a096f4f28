"""The wall: a second Content-Security-Policy by which the browser itself refuses what any script injects later.

Several policies intersect (CSP3, section 8.1), so this one never loosens the site's own. It says only where things
may come from: script inline, ``eval``, ``data:`` and ``blob:`` stay as the site has them, because what they may
*contact* is under the same wall.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bandeau.model import Host

_EVERYTHING_OF_ITS_OWN = "'self' 'unsafe-inline' 'unsafe-eval' data: blob: filesystem: mediastream:"


def wall(hosts: Iterable[Host], report_path: str) -> bytes:
    """The policy that lets a page contact its own origin and these hosts, and reports what it held."""
    sources = " ".join(dict.fromkeys(source for host in hosts for source in _sources(host)))
    directive = f"default-src {_EVERYTHING_OF_ITS_OWN} {sources}".rstrip()
    return f"{directive}; report-uri {report_path}".encode()


BARE_WALL = b"default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:"
"""The wall of what has no code of its own: pictures, style sheets, fonts, data.

Opened in a frame it is a realm of the site's origin all the same, into which a script of the page can write. It is
the same for everybody, so that such answers stay as cacheable as they were, and short, as they are many.
"""


XML_WALL = b"script-src 'self'"
"""What stands beside the wall on XML that is neither SVG nor XHTML, and so does not carry the guard.

Opened by itself, such a document could hold a script in the XHTML namespace, or be made into a page by a style sheet
of its own. Nothing honest is known to write a script into one.
"""


def _sources(host: Host) -> tuple[str, ...]:
    """A host as CSP host-sources (CSP3, section 2.3.1).

    Without a scheme HTTP and HTTPS are meant, in Chromium not WebSocket, which is therefore named beside.
    """
    if host.name.startswith("["):
        return ()  # CSP has no form for an IPv6 address; 'self' still covers a page served from one
    source = f"{'*.' if host.subdomains else ''}{host.name}:{host.port or '*'}"
    # A path without a closing slash matches exactly, one with it matches as a prefix (CSP3, section 6.7.2.12).
    bare = host.path.rstrip("/")
    endings = {"/": [""], bare: [bare, f"{bare}/"]}.get(host.path, [host.path])
    places = [source + ending for ending in endings]
    return (*places, *(f"ws://{place}" for place in places))


@dataclass(frozen=True, slots=True)
class ScriptLeave:
    """How the site's own policies let an inline script of ours run: freely, by their nonce, or not at all."""

    inline: bool
    nonce: str | None = None


_NONCE = re.compile(r"'nonce-([A-Za-z0-9+/_=-]{1,256})'", re.IGNORECASE)


def script_leave(policies: Iterable[bytes]) -> ScriptLeave:
    """Read from the site's own policies whether an inline ``<script>`` may run (CSP3, section 6.7.3.3)."""
    inline, nonce = True, None
    for policy in policies:
        for one in policy.decode("latin-1").split(","):
            sources = _sources_for(one, "script-src-elem", "script-src", "default-src")
            if sources is None:
                continue
            found = _NONCE.search(sources)
            nonce = found[1] if found else nonce
            restricted = re.search(r"'(?:nonce-|sha(?:256|384|512)-|strict-dynamic')", sources, re.IGNORECASE)
            inline = inline and "'unsafe-inline'" in sources.lower() and not restricted
    return ScriptLeave(inline=inline, nonce=None if inline else nonce)


def frame_leave(policies: Iterable[bytes]) -> bool:
    """Read from the site's own policies whether a frame of its own origin may stand in its pages.

    A list that would let it in by the origin's name, not by ``'self'``, is not taken for one that does.
    """
    lists = (
        _sources_for(one, "frame-src", "child-src", "default-src")
        for policy in policies
        for one in policy.decode("latin-1").split(",")
    )
    return all(sources is None or _LETS_SELF_IN.search(sources) for sources in lists)


_LETS_SELF_IN = re.compile(r"(?:^|\s)(?:'self'|\*)(?:\s|$)", re.IGNORECASE)


def _sources_for(policy: str, *governing: str) -> str | None:
    """The source list of the first of these directives that a policy has, ``None`` where it has none of them."""
    directives: dict[str, str] = {}
    for part in policy.split(";"):
        name, _, value = part.strip().partition(" ")
        directives.setdefault(name.lower(), value)
    return next((directives[name] for name in governing if name in directives), None)
