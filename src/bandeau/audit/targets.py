"""Which pages to audit: addresses from arguments, lists and sitemaps, written in one way, each once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

from bandeau.enforce.url import PORTS, Base, resolve
from bandeau.errors import BandeauError
from bandeau.model import Host, Origin

LONGEST = 8192
"""The longest address that is taken, in characters; servers refuse longer ones (RFC 9110, 4.1 asks for 8,000)."""

_NOWHERE = Base(Origin("", "", 0), "/")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_QUERY = re.compile(r"[^?#]*(\?[^#]*)?")
# What the URL Standard leaves as it stands in a path and in a query.
_PATH_SAFE = "/%:@!$&'()*+,;=~[]|^"
_QUERY_SAFE = _PATH_SAFE + "?{}`\\"


class TargetError(BandeauError, ValueError):
    """An address cannot be audited: its message says where it stands, what was found and what is allowed."""


class Target(NamedTuple):
    """A page to audit: its address as a browser would write it, without fragment, and its origin."""

    url: str
    origin: Origin

    @property
    def path(self) -> str:
        """Path and query, as robots.txt is asked about them."""
        return self.url[len(address(self.origin)) :]


@dataclass(frozen=True, slots=True)
class Targets:
    """Pages to audit, each once and in order, and how often one was named again."""

    pages: tuple[Target, ...]
    repeated: int = 0


def address(origin: Origin) -> str:
    """Give an origin as text, without a slash behind: ``https://example.org``."""
    port = "" if origin.port == PORTS[origin.scheme] else f":{origin.port}"
    return f"{origin.scheme}://{origin.host}{port}"


def read_target(text: str) -> Target:
    """Read one absolute address of a web page.

    Raises:
        TargetError: it is no ``http:`` or ``https:`` address, carries a name or password, or is too long.
    """
    text = text.strip()
    found = _shown(text)
    if len(text) > LONGEST:
        raise TargetError(f"found an address of {len(text)} characters ({found}); at most {LONGEST} are allowed")
    if _CONTROL.search(text):
        raise TargetError(f"found {found}; an address has no control characters")
    if not re.match(r"(?i)https?://", text):
        raise TargetError(f'found {found}; write the whole address, such as "https://example.org/"')
    if "@" in re.split(r"[/\\?#]", text.split("//", 1)[1], maxsplit=1)[0]:
        raise TargetError("found a name or password in an address; leave it out: it would stand in every report")
    resolved = resolve(text, _NOWHERE)
    if resolved is None or not _is_host(resolved[0]):
        raise TargetError(f"found {found}; its host is none")
    origin, path = resolved
    match = _QUERY.match(text)
    query = match[1] or "" if match else ""
    return Target(address(origin) + quote(path, safe=_PATH_SAFE) + quote(query, safe=_QUERY_SAFE), origin)


def _is_host(origin: Origin) -> bool:
    try:
        return not Host.parse(f"{origin.host}:{origin.port}").subdomains
    except ValueError:
        return False


def _shown(text: str) -> str:
    return ascii(text if len(text) <= 80 else text[:77] + "...")


def gather(targets: Iterable[Target]) -> Targets:
    """Put targets in order, each once."""
    pages: dict[str, Target] = {}
    count = 0
    for target in targets:
        count += 1
        pages.setdefault(target.url, target)
    return Targets(tuple(pages.values()), count - len(pages))


def read_arguments(addresses: Iterable[str]) -> Targets:
    """Read addresses as they stand on a command line.

    Raises:
        TargetError: one is none.
    """
    return gather(map(read_target, addresses))


def read_list(text: bytes, source: str) -> Targets:
    """Read a list: one address a line; empty lines, and lines that begin with ``#``, say nothing.

    Args:
        text: the file, in UTF-8.
        source: its name, for errors.

    Raises:
        TargetError: with every line that is wrong, or where there is no address at all.
    """
    try:
        lines = text.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        where = text.count(b"\n", 0, error.start) + 1
        raise TargetError(f"{source}, line {where}: found bytes that are not UTF-8; save the list as UTF-8") from error
    targets, wrong = [], []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            targets.append(read_target(line))
        except TargetError as error:
            wrong.append(f"{source}, line {number}: {error}")
    if wrong:
        more = [f"{source}: {len(wrong) - 20} more lines are wrong"] if len(wrong) > 20 else []
        raise TargetError("\n".join([*wrong[:20], *more]))
    if not targets:
        raise TargetError(f"{source}: found no address; write one on each line")
    return gather(targets)
