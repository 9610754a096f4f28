"""Tests a browser before it is believed: a site of our own on loopback tries what an audit is there to see.

Chromium may refuse third-party cookies or send no pings, by a policy, a package's flags or a new default. An audit in
such a browser would find little, and say so as if the site were clean.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bandeau.audit import recording
from bandeau.audit.facts import CookieSet, Fact, Request, SentCookie, Storing
from bandeau.audit.recording import Device
from bandeau.audit.visit import inventory
from bandeau.audit.visit.browser import Live
from bandeau.audit.visit.plan import Plan
from bandeau.audit.visit.sitting import Lost, Sitting, sitting
from bandeau.errors import SetupError

# Both names are loopback by RFC 6761, trustworthy without TLS, and two sites to a browser.
FIRST, THIRD = "bandeau-audit.localhost", "bandeau-third.localhost"
PAGES = {
    "/": """<!doctype html><title>self-test</title><a id="a" href="#" ping="/ping"></a>
<iframe src="http://{third}:{port}/frame"></iframe>
<script>localStorage.setItem("page", "1"); new Worker("/worker.js"); a.click();</script>""",
    "/frame": "<script>document.cookie = 'frame=1; SameSite=None; Secure'; fetch('/again');</script>",
    "/worker.js": "indexedDB.open('worker');",
}
NEEDED = ("page", "frame", "worker")


async def tested(live: Live) -> recording.Browser:
    """Test a browser.

    Raises:
        SetupError: our hooks do not work in it, or its profile is not clean.
    """
    async with _site() as port, sitting(live, Plan(), Device.DESKTOP) as one:
        clean = not list(await inventory.cookies(live.wire, one.context_id, 10, 10))
        facts = await _facts(one, f"http://{FIRST}:{port}/")
    missing = [name for name in NEEDED if not _hooked(name, facts)]
    if missing:
        raise SetupError(
            f"this browser ({live.browser.version}) does not show what happens in: {', '.join(missing)}; "
            "use another Chromium (BANDEAU_BROWSER names one)"
        )
    if not clean:
        raise SetupError("a new profile of this browser holds cookies already; an extension or policy puts them there")
    return recording.Browser(
        name=live.browser.browser_type.name,
        version=live.browser.version,
        third_party_cookies=_third_party(facts),
        pings=any(isinstance(fact, Request) and fact.url.endswith("/ping") and fact.status for fact in facts),
        clean=clean,
        agent=live.agent,
    )


async def _facts(one: Sitting, url: str) -> tuple[Fact, ...]:
    try:
        opened = await one.open(url)
        await one.settle()
    except Lost as error:
        raise SetupError(f"the browser fails on a page of our own: {error}") from error
    facts, trouble = one.watch.take()
    if not opened:
        said = "; ".join(each.text for each in trouble)
        raise SetupError(f"the browser opens no page on loopback ({said}); does it use a proxy?")
    return facts


def _hooked(name: str, facts: tuple[Fact, ...]) -> bool:
    return any(
        (isinstance(fact, Storing) and fact.key == name)
        or (isinstance(fact, CookieSet) and fact.name == name and fact.via == "document.cookie")
        for fact in facts
    )


def _third_party(facts: tuple[Fact, ...]) -> bool:
    """Whether the cookie of the frame was kept, and went out again from within the frame."""
    sent = SentCookie(name="frame", domain=THIRD)
    return any(isinstance(fact, Request) and fact.url.endswith("/again") and sent in fact.cookies for fact in facts)


@asynccontextmanager
async def _site() -> AsyncIterator[int]:
    """Serve the test's pages on loopback; gives the port."""
    server = await asyncio.start_server(_serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)).decode("latin-1")
        path = head.split(" ", 2)[1]
        kind = "text/javascript" if path.endswith(".js") else "text/html"
        port = writer.get_extra_info("sockname")[1]
        body = PAGES.get(path, "").replace("{third}", THIRD).replace("{port}", str(port)).encode()
        writer.write(
            f"HTTP/1.1 200 OK\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
            "Connection: close\r\n\r\n".encode()
            + body
        )
        await writer.drain()
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, ConnectionError, IndexError):
        pass  # a connection that the browser opened in advance and did not use
    finally:
        writer.close()
