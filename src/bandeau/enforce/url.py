"""Where a URL in markup or a header leads, as a browser reads it (WHATWG URL Standard).

Only what decides *who is contacted* is computed: origin and path. A URL that a browser would reject keeps its host as
written, so that nothing declared matches it and it is held.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from functools import lru_cache
from html.entities import html5
from typing import NamedTuple
from urllib.parse import quote, unquote

from bandeau.model import Origin

PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21}
"""The schemes that contact a host ("special" ones, less ``file``) and the port each has when none is written."""


class Base(NamedTuple):
    """What relative URLs are resolved against: the page's origin and path, or those of its ``<base>``."""

    origin: Origin
    path: str


_LONGEST_KEPT = 2048  # longer values are mostly data: URLs; keeping them would cost memory and gain nothing
_C0_AND_SPACE = "".join(map(chr, range(0x21)))
_BREAKS = re.compile("[\t\n\r]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_AUTHORITY = re.compile(r"[^/\\?#]*")
_PATH = re.compile(r"[^?#]*")
_HOST_AND_PORT = re.compile(r"(\[[^\]]*\]|[^:]*)(?::(?:0*([0-9]{1,5}))?)?")


def resolve(text: bytes | str, base: Base) -> tuple[Origin, str] | None:
    """Say whom a URL contacts: origin, and path without query, dot segments resolved.

    Args:
        text: ``bytes`` are an attribute's value as it stands in the markup, character references and all;
            a ``str`` is text whose references, if it ever had any, are already decoded.
        base: what a relative URL is relative to.

    Returns:
        ``None`` where the URL contacts nobody by itself: empty, a fragment, ``data:``, ``blob:``, ``about:``,
        ``javascript:``, ``mailto:`` and every other scheme that has no host to ask.
    """
    return _resolve(text, base) if len(text) > _LONGEST_KEPT else _resolve_kept(text, base)


def _resolve(text: bytes | str, base: Base) -> tuple[Origin, str] | None:
    if text[:5] in (b"data:", "data:"):
        return None
    if isinstance(text, bytes):
        text = attribute_text(text)
    text = _BREAKS.sub("", text.strip(_C0_AND_SPACE))
    named = _SCHEME.match(text)
    scheme = named[1].lower() if named else base.origin.scheme
    if scheme not in PORTS:
        return None
    rest = text[named.end() :] if named else text
    bare = rest.lstrip("/\\")
    if len(rest) - len(bare) >= 2 or scheme != base.origin.scheme:
        return _authority(scheme, bare)
    if not rest or rest[0] == "#":
        return None
    return base.origin, _path(rest, base.path)


_resolve_kept = lru_cache(maxsize=8192)(_resolve)


def _authority(scheme: str, text: str) -> tuple[Origin, str] | None:
    match = _AUTHORITY.match(text)
    written = match[0] if match else ""
    host_and_port = written.rpartition("@")[2]
    if not host_and_port:
        return None
    return _origin(scheme, host_and_port), _path(text[len(written) :] or "/", "/")


def _origin(scheme: str, host_and_port: str) -> Origin:
    match = _HOST_AND_PORT.fullmatch(host_and_port)
    if match is None:
        return Origin(scheme, host_and_port.lower(), PORTS[scheme])
    return Origin(scheme, _host(match[1]), int(match[2]) if match[2] else PORTS[scheme])


def _host(text: str) -> str:
    if text.startswith("["):
        try:
            return f"[{ipaddress.IPv6Address(text[1:-1])}]"
        except ValueError:
            return text.lower()
    if "%" in text:
        text = unquote(text)
    if not text.isascii():
        text = _punycode(text)
    text = text.lower()
    if len(text) > 1:
        text = text.removesuffix(".")
    # Only a host whose last label begins with a digit can be an IPv4 address.
    return _ipv4(text) if text.rpartition(".")[2][:1].isdigit() else text


_DOTS = re.compile("[\u3002\uff0e\uff61]")
_IGNORED = re.compile("[\u00ad\u034f\u180b-\u180f\u200b\u2060\u2064\ufe00-\ufe0f\ufeff]")


def _punycode(text: str) -> str:
    """Non-ASCII host to ASCII (UTS 46, non-transitional: ``ß`` stays a letter of its own, unlike in Python's codec)."""
    text = _IGNORED.sub("", _DOTS.sub(".", text))
    # Letter by letter: lower-casing a whole word would turn a last sigma into another letter.
    text = unicodedata.normalize("NFKC", "".join(letter.lower() for letter in unicodedata.normalize("NFKC", text)))
    try:
        return ".".join(
            label if label.isascii() else "xn--" + label.encode("punycode").decode() for label in text.split(".")
        )
    except UnicodeError:
        return text


_IPV4_PART = re.compile(r"0x(?P<hex>[0-9a-f]*)|0(?P<octal>[0-7]*)|(?P<decimal>[1-9][0-9]*)")


def _ipv4(text: str) -> str:
    """Dotted form of ``2130706433``, ``0x7f.1`` and the like; text that is no address stays as it is."""
    parts = text.split(".")
    if len(parts) > 4 or len(text) > 64:
        return text
    numbers = []
    for part in parts:
        match = _IPV4_PART.fullmatch(part)
        if match is None:
            return text
        digits, radix = (match["hex"], 16) if match["hex"] is not None else (match["octal"], 8)
        numbers.append(int(match["decimal"]) if match["decimal"] else int(digits or "0", radix))
    *front, last = numbers
    if any(number > 255 for number in front) or last >= 256 ** (4 - len(front)):
        return text
    address = last + sum(number << (24 - 8 * at) for at, number in enumerate(front))
    return str(ipaddress.IPv4Address(address))


_ENCODED_UNRESERVED = re.compile(r"%(2[DEde]|3[0-9]|4[1-9A-Fa-f]|5[0-9AFaf]|6[1-9A-Fa-f]|7[0-9AEae])")


def _path(rest: str, base: str) -> str:
    match = _PATH.match(rest)
    path = match[0] if match else ""
    path = path.replace("\\", "/")
    if not path:
        path = base
    elif path[0] != "/":
        path = base.rpartition("/")[0] + "/" + path
    if "%" in path:
        # "/%74rack" and "/track" are one resource (RFC 3986, 6.2.2.2).
        path = _ENCODED_UNRESERVED.sub(lambda found: chr(int(found[1], 16)), path)
    if not path.isascii():
        path = quote(path, safe="/%:@!$&'()*+,;=~ \"<>[]^`{|}", errors="replace")
    return _without_dots(path) if "/." in path else path


def _without_dots(path: str) -> str:
    kept: list[str] = []
    *directories, last = path.split("/")[1:]
    for segment in directories:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if last == "..":
        del kept[-1:]
    return "/".join(["", *kept, "" if last in (".", "..") else last])


_REFERENCE = re.compile(r"&(?:#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?|([A-Za-z][A-Za-z0-9]*+)(;|(?!=)))")
# What the numeric references 128 to 159 mean: Windows-1252, where it has a character (HTML, 13.2.5.80).
_WINDOWS = {number: bytes([number]).decode("cp1252", "ignore") or chr(number) for number in range(0x80, 0xA0)}


def attribute_text(value: bytes) -> str:
    """The text of an attribute's value: decoded as UTF-8, character references resolved as *in an attribute*."""
    return unescape(value.decode("utf-8", "replace").replace("\0", "\ufffd"))


def unescape(text: str) -> str:
    """Resolve character references as in an attribute, where ``&copy=1`` and ``&copyright`` are left alone."""
    return _REFERENCE.sub(_referenced, text) if "&" in text else text


def _referenced(match: re.Match[str]) -> str:
    hexadecimal, decimal, name, semicolon = match.groups()
    if name:
        return html5.get(name + semicolon, match[0])
    digits, radix = (hexadecimal, 16) if hexadecimal else (decimal, 10)
    digits = digits.lstrip("0")
    number = int(digits or "0", radix) if len(digits) <= 7 else 0
    if number == 0 or number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        return "\ufffd"
    return _WINDOWS.get(number) or chr(number)


_CANDIDATE = re.compile(r"[\t\n\f\r ,]*+([^\t\n\f\r ]++)")
_DESCRIPTORS = re.compile(r"(?:[^,(]++|\([^)]*+\)?+)*+")


def split_srcset(value: bytes | str) -> list[str]:
    """The URLs of a ``srcset``, in order (HTML, "parsing a srcset attribute"); ``bytes`` as for `resolve`."""
    text = attribute_text(value) if isinstance(value, bytes) else value
    urls = []
    at = 0
    while match := _CANDIDATE.match(text, at):
        at = match.end()
        url = match[1].rstrip(",")
        if url:
            urls.append(url)
        if len(url) == len(match[1]) and (descriptors := _DESCRIPTORS.match(text, at)):
            at = descriptors.end()
    return urls
