"""What every request that is forwarded has in common: where it goes, with which headers, and until when."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from urllib.parse import quote_from_bytes, unquote_to_bytes

from yarl import URL

from bandeau.enforce.edits import Header
from bandeau.serve.asgi import Scope

# RFC 9110, 7.6.1; Trailer too, because trailers are not forwarded, and Expect, because the server answers it itself.
_HOP_BY_HOP = frozenset(
    {b"connection", b"expect", b"keep-alive", b"proxy-connection", b"te", b"trailer", b"transfer-encoding", b"upgrade"}
)
# What is for every recipient is never of one connection, whatever that says (RFC 9110, 7.6.1).
_FOR_EVERYONE = frozenset(
    b"accept-ranges age authorization cache-control content-disposition content-encoding content-language "
    b"content-length content-location content-range content-security-policy content-type cookie date etag expires "
    b"forwarded host last-modified location origin range referer retry-after sec-fetch-site sec-gpc set-cookie "
    b"strict-transport-security vary www-authenticate x-forwarded-for x-forwarded-host x-forwarded-proto".split()
)
_FORWARDED = frozenset({b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host"})
_PATH_OF = re.compile(r"[^:/]/")
# As servers may read it: with backslashes, and with parameters (RFC 3986, 3.3). Browsers resolve it and never send it.
_CLIMBS = re.compile(rb"[/\\]\.\.(?:[/\\;]|\Z)")
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_TARGET_BYTES = bytes(byte for byte in range(0x21, 0x7F) if byte != ord("#"))


def target(base: str, scope: Scope) -> URL:
    """Where a request goes: its path and query behind ``base``, as they were sent, not decoded and encoded again.

    Raises:
        ValueError: it asks for no path (``*``, ``@elsewhere``), which would change the host that ``base`` ends with,
            or climbs, which could leave the path that ``base`` ends with; or it names several hosts.
    """
    if sum(name == b"host" for name, _ in scope["headers"]) > 1:
        raise ValueError("one request is for one host")  # RFC 9112, 3.2
    sent: bytes = (scope.get("raw_path") or scope["path"].encode()).partition(b"?")[0]
    if not sent.startswith(b"/"):
        raise ValueError("only a path can be forwarded")
    if _PATH_OF.search(base) and _CLIMBS.search(unquote_to_bytes(sent)):
        raise ValueError("a path stays behind that of the upstream")
    if scope.get("query_string"):
        sent += b"?" + scope["query_string"]
    # What cannot stand in a request line is all that is encoded: bytes beyond ASCII, and "#".
    return URL(base + quote_from_bytes(sent, _TARGET_BYTES), encoded=True)


def end_to_end(headers: Iterable[Header]) -> list[Header]:
    """The headers that concern more than one connection, in their order, duplicates included (RFC 9110, 7.6.1)."""
    headers = [(name.lower(), value) for name, value in headers]
    named = {token.strip().lower() for name, value in headers if name == b"connection" for token in value.split(b",")}
    left_out = _HOP_BY_HOP | (named - _FOR_EVERYONE)
    return [header for header in headers if header[0] not in left_out]


def answer_headers(headers: Iterable[Header]) -> list[Header]:
    """The end-to-end headers of an answer; control characters in them, which no server sends on, become spaces."""
    return [(name, _CONTROL.sub(b" ", value)) for name, value in end_to_end(headers)]  # RFC 9110, 5.5


def request_headers(scope: Scope) -> list[tuple[str, str]]:
    """The headers for the upstream: the visitor's own, and who asked, by which scheme and for which host.

    The visitor's address is appended to ``X-Forwarded-For``, as every proxy on the way does. The other two say what
    this server knows and replace what came, so that a visitor cannot make them up.
    """
    headers = end_to_end(scope["headers"])
    addresses = [value for name, value in headers if name == b"x-forwarded-for"]
    if scope.get("client"):
        addresses.append(scope["client"][0].encode())
    # Many servers do not tell an underscore from a hyphen (PEP 3333 and CGI write both as the former).
    sent = [header for header in headers if header[0].replace(b"_", b"-") not in _FORWARDED]
    if addresses:
        sent.append((b"x-forwarded-for", b", ".join(addresses)))
    sent.append((b"x-forwarded-proto", b"https" if scope["scheme"] in ("https", "wss") else b"http"))
    sent += [(b"x-forwarded-host", value) for name, value in headers if name == b"host"]
    return [(name.decode("latin-1"), _text(value)) for name, value in sent]


def _text(value: bytes) -> str:
    """A header's value for a client that writes UTF-8: UTF-8 stays as it is, anything else is taken for Latin-1."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


@asynccontextmanager
async def ended_by(event: Callable[[], Awaitable[object]]) -> AsyncIterator[None]:
    """Run a block until it is done or ``event()`` has come, whatever is first; the block is cancelled then."""

    async def end() -> None:
        await event()
        stay.reschedule(asyncio.get_running_loop().time())

    # A timeout that nobody sets ahead: asyncio's own way to cancel a block from outside, and only that block.
    try:
        async with asyncio.timeout(None) as stay:
            watch = asyncio.create_task(end())
            try:
                yield
            finally:
                watch.cancel()
    except TimeoutError:
        if not stay.expired():
            raise
