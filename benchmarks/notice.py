"""What a notice costs the page that carries it: ours beside the peers that npm has, in a real Chromium.

Run it with ``.venv/bin/python benchmarks/notice.py``; it needs npm, which installs the peers for the run only. The same
small article is served on loopback with each notice in turn, ours put in by the middleware, every answer compressed
with brotli at its highest level. Each load is a visitor's first: a clean profile with nothing in its cache. Half of the
loads have a CPU as slow as a cheap phone's. Each ends with a click of the mouse on one of the three buttons; further
ones, under a trace, tell what script ran before the first paint.
"""

from __future__ import annotations

import argparse
import json
import mimetypes
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import brotli  # type: ignore[import-untyped]  # it ships no types
from pages import OWN_HOST
from playwright.sync_api import Browser, BrowserContext, Page
from servers import machine

from bandeau import __version__
from bandeau.serve.asgi import ASGIMiddleware
from bandeau.serve.opening import open_site

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from asking import ASKING, BUTTONS, OURS, VERSIONS, Asking, installed

from support.browser import chromium
from support.servers import serve_asgi

DECLARATION = Path(__file__).parents[1] / "examples" / "newsroom" / "bandeau.toml"
_TEXT = "The tide comes up the quay of mists where the cranes wait for a ship from the open sea. " * 6
_PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The port wakes</title>'
    '<meta name="viewport" content="width=device-width,initial-scale=1">'
    "<style>body {{ max-width: 40rem; margin: auto; font: 1rem/1.5 sans-serif }}</style>{head}</head>"
    f"<body><main><h1>The port wakes</h1>{f'<p>{_TEXT}</p>' * 8}</main></body></html>"
)
NONE = Asking("none", "", *["#no-notice"] * 5)
STILL = 250
"""Milliseconds that nothing is done to a page once its notice is there, and once it has answered a click."""

App = Callable[[Any, Any, Any], Awaitable[None]]

# -- what is served -------------------------------------------------------------------------------------------------


@dataclass
class Front:
    """A site with one notice; remembers what was asked for and how many bytes answered it."""

    asking: Asking
    app: App
    sent: list[tuple[str, int]] = field(default_factory=list)
    url: str = ""
    guard: int = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer with the body compressed, as a server in front does it."""
        answers: list[dict[str, Any]] = []

        async def keep(message: dict[str, Any]) -> None:
            answers.append(message)

        await self.app(scope, receive, keep)
        start, body = answers[0], b"".join(message.get("body", b"") for message in answers[1:])
        heads = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
        if body:
            if b"br" not in dict(scope["headers"]).get(b"accept-encoding", b""):
                raise RuntimeError("the browser takes no brotli")
            body = _compressed(body)
            heads.append((b"content-encoding", b"br"))
        self.sent.append((scope["path"], len(body)))
        await send({**start, "headers": [*heads, (b"content-length", str(len(body)).encode())]})
        await send({"type": "http.response.body", "body": body})


_compressed = cache(brotli.compress)


def page_with(head: str, files: Path | None) -> App:
    """The article with something in its head, and the files that it asks for."""
    article = _PAGE.format(head=head).encode()

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        path, status, body, kind = scope["path"], 200, article, "text/html"
        if path != "/":
            file = files / path.removeprefix("/files/") if files and path.startswith("/files/") else None
            found = file is not None and file.is_file()
            body = file.read_bytes() if file and found else b""
            status, kind = (200 if found else 404), mimetypes.guess_type(path)[0] or "text/plain"
        headers = [(b"content-type", f"{kind}; charset=utf-8".encode()), (b"cache-control", b"max-age=3600")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


@contextmanager
def fronts(folder: Path) -> Iterator[list[Front]]:
    """The article without a notice, with ours, and with each peer's."""
    files = installed(folder / "peers")
    site = open_site(DECLARATION, folder / "data")
    every = [Front(NONE, page_with("", None)), Front(OURS, ASGIMiddleware(page_with("", None), site))]
    every[1].guard = len(brotli.compress(site.neutral.guard))
    every += [Front(one, page_with(one.head.replace("AT/", "/files/"), files)) for one in ASKING]
    with ExitStack() as stack:
        stack.callback(site.close)
        for front in every:
            port = stack.enter_context(serve_asgi(front, lifespan="off"))
            front.url = f"http://{OWN_HOST}:{port}/"
        yield every


# -- what a browser tells -------------------------------------------------------------------------------------------

_WATCH = """(() => {
  if (top !== self) return;
  const told = (what, at, value) => tell([what, performance.timeOrigin + at, value]);
  const observe = (type, say) => new PerformanceObserver((list) => list.getEntries().forEach(say))
    .observe({ type, buffered: true, durationThreshold: 16 });
  observe('paint', (entry) => entry.name === 'first-contentful-paint' && told('painted', entry.startTime, 0));
  observe('layout-shift', (entry) => entry.hadRecentInput || told('shifted', entry.startTime, entry.value));
  observe('longtask', (entry) => told('long', entry.startTime, entry.duration));
  observe('event', (entry) => entry.interactionId && told('interaction', entry.startTime, entry.duration));
  observe('first-input', (entry) => told('interaction', entry.startTime, entry.duration));
  addEventListener('pointerdown', (event) => told('pressed', event.timeStamp, 0), true);
  const seen = (selector) => [...document.querySelectorAll(selector)].some((node) => {
    if (!node.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const box = node.getBoundingClientRect();
    const high = Math.min(box.bottom, innerHeight) - Math.max(box.top, 0);
    const wide = Math.min(box.right, innerWidth) - Math.max(box.left, 0);
    return high > Math.min(box.height, innerHeight) / 2 && wide > Math.min(box.width, innerWidth) / 2;
  });
  let before;
  (function frame() {
    if (document.body) {
      const asks = seen(BANNER), settings = seen(PANEL), state = `${asks} ${settings}`;
      if (state !== before && (asks || settings || document.readyState !== 'loading')) {
        before = state;
        told('state', performance.now(), { asks, settings });
      }
    }
    requestAnimationFrame(frame);
  })();
})()"""


@dataclass
class Load:
    """What was told of one load and of the click that ended it; times in milliseconds since 1970."""

    told: list[tuple[str, float, Any]] = field(default_factory=list)

    def times(self, what: str) -> list[float]:
        """When something was told."""
        return sorted(at for told, at, _ in self.told if told == what)

    def values(self, what: str) -> list[Any]:
        """What was told of it."""
        return [value for told, _, value in self.told if told == what]

    def when(self, state: str, *, there: bool, after: float = 0) -> float | None:
        """The first time, after another, that the banner ("asks") or the settings were to be seen, or were not."""
        found = [at for what, at, value in self.told if what == "state" and value[state] is there and at >= after]
        return min(found, default=None)

    @property
    def painted(self) -> float:
        """The first contentful paint."""
        return self.times("painted")[0]

    @property
    def shown(self) -> float:
        """How long after the first paint the banner was there; 0 where it was in it."""
        at = self.when("asks", there=True)
        return 0.0 if at is None else max(0.0, at - self.painted)

    def done(self, button: str) -> float | None:
        """From the press of a button to the first frame that shows what it does."""
        pressed = self.times("pressed")[0]
        at = self.when("settings" if button == "settings" else "asks", there=button == "settings", after=pressed)
        return None if at is None else at - pressed


@contextmanager
def visitor(browser: Browser, front: Front, slowed: int, load: Load) -> Iterator[Page]:
    """A visitor who comes for the first time; what the page tells goes into the load."""
    context: BrowserContext = browser.new_context(locale="en", viewport={"width": 1280, "height": 800})
    context.expose_binding("tell", lambda _source, told: load.told.append(tuple(told)))
    selectors = {"BANNER": front.asking.banner, "PANEL": front.asking.panel}
    script = _WATCH
    for name, selector in selectors.items():
        script = script.replace(name, json.dumps(selector))
    context.add_init_script(script)
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowed})
    front.sent.clear()
    try:
        yield page
    finally:
        context.close()


def open_page(page: Page, front: Front, load: Load) -> None:
    """Open the article and wait until its notice is there and all is still."""
    page.goto(front.url)
    for _ in range(100):
        if load.times("painted") and (front.asking is NONE or load.when("asks", there=True)):
            break
        page.wait_for_timeout(50)
    else:
        raise RuntimeError(f"{front.asking.name} showed no notice")
    page.wait_for_timeout(STILL)


def press(page: Page, front: Front, button: str, load: Load) -> None:
    """Click in the middle of a button, and wait until what it does is to be seen."""
    box = page.locator(front.asking.button(button)).first.bounding_box()
    if box is None:
        raise RuntimeError(f"{front.asking.name} has no button to {button}")
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for _ in range(100):
        if load.times("pressed") and load.done(button) is not None and load.values("interaction"):
            break
        page.wait_for_timeout(20)
    page.wait_for_timeout(STILL)


_RUNNING = {"EvaluateScript", "FunctionCall", "v8.compile", "v8.compileModule", "EventDispatch", "TimerFire"}


_PART = re.compile(r"/\.bandeau/(guard|notice|late)\b")


def script_before_paint(trace: bytes) -> dict[str, float]:
    """The milliseconds of script on the page's main thread before its first contentful paint, by whose it is.

    They are the thread's own, so that what else runs on the machine does not count. Whatever of ours is not one of our
    files is the guard in the page.
    """
    events = json.loads(trace)["traceEvents"]
    paint = min((event for event in events if event["name"] == "firstContentfulPaint"), key=lambda event: event["ts"])
    ran = [
        event
        for event in events
        if (event["pid"], event["tid"]) == (paint["pid"], paint["tid"])
        and event["name"] in _RUNNING
        and event["ph"] == "X"
        and event["ts"] < paint["ts"]
        and _address(event) != ""  # what measures has no address
    ]
    whole: list[tuple[dict[str, Any], str]] = []
    for event in sorted(ran, key=lambda event: (event["ts"], -event.get("dur", 0))):
        if whole and event["ts"] < whole[-1][0]["ts"] + whole[-1][0].get("dur", 0):  # a part of the last one
            whole[-1] = (whole[-1][0], whole[-1][1] or _address(event) or "")
        else:
            whole.append((event, _address(event) or ""))
    total = {"guard": 0.0, "notice": 0.0}
    for event, address in whole:
        part = _PART.search(address)
        total["guard" if part is None or part[1] == "guard" else "notice"] += event.get("tdur", 0) / 1000
    return total


def _address(event: dict[str, Any]) -> str | None:
    found = event.get("args", {}).get("data", {}).get("url")
    return None if found is None else str(found)


# -- what is made of it ---------------------------------------------------------------------------------------------


@dataclass
class Measured:
    """Everything that was seen of one notice at one speed."""

    painted: list[float] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)
    shift: list[float] = field(default_factory=list)
    script: list[dict[str, float]] = field(default_factory=list)
    long: list[float] = field(default_factory=list)
    interaction: dict[str, list[float | None]] = field(default_factory=lambda: {button: [] for button in BUTTONS})
    done: dict[str, list[float | None]] = field(default_factory=lambda: {button: [] for button in BUTTONS})
    sent: dict[str, int] = field(default_factory=dict)
    settings: int = 0

    @property
    def bytes(self) -> int:
        """What a first visit loads."""
        return sum(self.sent.values())


def trace_one(browser: Browser, front: Front, slowed: int, into: Measured) -> None:
    """One load under a trace, which slows it down: only what runs before the first paint is taken from it."""
    load = Load()
    with visitor(browser, front, slowed, load) as page:
        page.goto("about:blank")
        browser.start_tracing(page=page, categories=["devtools.timeline", "loading"])
        open_page(page, front, load)
        into.script.append(script_before_paint(browser.stop_tracing()))


def measure_one(browser: Browser, front: Front, slowed: int, button: str, into: Measured) -> None:
    """One load, and a click on one button."""
    load = Load()
    with visitor(browser, front, slowed, load) as page:
        page.goto("about:blank")
        load.told.clear()
        open_page(page, front, load)
        began = page.evaluate("performance.timeOrigin")
        into.painted.append(load.painted - began)
        into.shown.append(load.shown)
        into.shift.append(sum(load.values("shifted")))
        into.long.append(sum(value for what, at, value in load.told if what == "long" and at < load.painted))
        into.sent = dict(front.sent)
        if front.asking is NONE:
            return
        press(page, front, button, load)
        into.interaction[button].append(max(load.values("interaction"), default=None))
        into.done[button].append(load.done(button))
        if button == "settings":
            into.settings = sum(size for _, size in front.sent) - into.bytes


def row(front: Front, slowed: int, got: Measured, bare: Measured) -> dict[str, Any]:
    """One notice at one speed, as it is printed; the page's own share is taken off bytes, requests and paint."""
    name = front.asking.name
    version = __version__ if front.asking is OURS else VERSIONS[name]
    paint = median(got.painted) - median(bare.painted)
    found: dict[str, Any] = {
        "notice": f"{name} {version}",
        "CPU": "as it is" if slowed == 1 else f"slowed {slowed}x",
        "loads": len(got.painted),
        "bytes": got.bytes - bare.bytes,
        "of which the guard": front.guard + got.sent.get("/.bandeau/guard-rest.js", 0),
        "requests": len(got.sent) - len(bare.sent),
        "bytes for the settings": got.settings,
        "first paint later ms": round(paint, 1),
        "shown after first paint ms": _told(got.shown),
        "layout shift": round(max(got.shift), 4),
        "script before first paint ms": _told([sum(one.values()) for one in got.script]),
        **_parts(front, got),
        "long tasks before first paint ms": round(median(got.long), 1),
    }
    for button in BUTTONS:
        found[f"{button}: interaction ms"] = _told(got.interaction[button])
        found[f"{button}: done ms"] = _told(got.done[button])
    return found


def _parts(front: Front, got: Measured) -> dict[str, Any]:
    """Of the script before the first paint: what is the guard's, and what is the notice's."""
    if front.asking is not OURS:
        return {}
    return {f"of it the {part}'s": _told([one[part] for one in got.script]) for part in ("guard", "notice")}


def _told(values: list[float] | list[float | None]) -> list[float] | None:
    """Median and highest; nothing where the browser told nothing."""
    known = [value for value in values if value is not None]
    return [round(median(known), 1), round(max(known), 1)] if known else None


_NOTES = """
What is printed twice is the median and the highest of all loads. Script is in milliseconds of the page's own thread,
the slowing included. Bytes are bodies as brotli sends them, less the bare page's; ours are those of the banner and the
guard in the page, of the style sheet and of the scripts. Numbers of a busy machine are those of the machine: the load
stands in the first line.

Not alike, so read with care:
- Ours also holds what was not allowed, which the peers leave to the site; its guard is in its bytes and its script.
- Ours has the settings on a page of their own, loaded when they are asked for; the peers have them in their script.
- Accept and refuse end ours with a reload, so that the server can send the page as it was chosen; its "done" is that
  of the page that comes back. The peers take the banner away, and the tags that were held are loaded afterwards.
- A banner that fades in is "shown" and "done" from the first frame in which more than half of it is not transparent at
  all; that frame's own painting is left out, in favour of whatever comes after the first paint.
- An interaction is told in steps of 8 ms; what is faster than 16 ms is told for the first event alone;
  "not told" where the page was left, by the reload, before the browser had told it.
- The network is loopback: what a request costs over a real one stands in no number but theirs.
- @c15t/react brings React and React DOM, which a site that is made with them has anyway.
"""


def say(rows: list[dict[str, Any]]) -> Iterator[str]:
    """The rows as text, and how the peers compare with ours."""
    for one in rows:
        yield ", ".join(f"{key}: {_text(value)}" for key, value in one.items())
    ours = {one["CPU"]: one for one in rows if one["notice"].startswith(OURS.name)}
    yield "\nratios to ours: bytes, bytes with settings; and milliseconds more: shown, longest interaction"
    for one in rows:
        mine = ours[one["CPU"]]
        if one is not mine:
            total, my_total = (each["bytes"] + each["bytes for the settings"] for each in (one, mine))
            shown = (one["shown after first paint ms"] or [0])[0] - (mine["shown after first paint ms"] or [0])[0]
            longest, my_longest = (_longest(each) for each in (one, mine))
            yield (
                f"{one['notice']}, CPU {one['CPU']}: {one['bytes'] / mine['bytes']:.2f}, {total / my_total:.2f}; "
                f"{shown:+.0f}, {longest - my_longest:+.0f}"
            )


def _longest(one: dict[str, Any]) -> float:
    return max(float((one[f"{button}: interaction ms"] or [0])[0]) for button in BUTTONS)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return " / ".join(map(str, value))
    return "not told" if value is None else str(value)


def main() -> None:
    """Print a row for every notice and speed, and what it was measured on."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--seconds", type=float, default=240, help="how long rounds are begun, the installation left out"
    )
    parser.add_argument(
        "--only", nargs="*", default=[""], help="only ours and the notices whose name begins like these"
    )
    parser.add_argument("--json", action="store_true", help="print rows for machines, one a line")
    options = parser.parse_args()
    if shutil.which("npm") is None:
        parser.error("npm is needed: the peers come from there")
    with tempfile.TemporaryDirectory() as folder, fronts(Path(folder)) as every, chromium() as browser:
        wanted = [
            front
            for front in every
            if front.asking in (NONE, OURS) or front.asking.name.startswith(tuple(options.only))
        ]
        if not options.json:
            print(f"{machine('playwright', 'brotli', 'uvicorn')}, Chromium {browser.version}")
            print("first visits to the same article, opened in turn\n", flush=True)
        rows = []
        for slowed in (1, 4):
            got = measured(browser, wanted, slowed, options.seconds / 2)
            rows += [row(front, slowed, got[front.asking.name], got["none"]) for front in wanted[1:]]
    print("\n".join(map(json.dumps, rows)) if options.json else "\n".join([*say(rows), _NOTES]))


def measured(browser: Browser, wanted: list[Front], slowed: int, seconds: float) -> dict[str, Measured]:
    """Open every page in turn, in whole rounds, one at least, for that long; the first load of each does not count."""
    got = {front.asking.name: Measured() for front in wanted}
    ends = time.monotonic() + seconds
    for front in wanted:
        load = Load()
        with visitor(browser, front, slowed, load) as page:
            open_page(page, front, load)
    took = 0.0
    while took == 0 or time.monotonic() + took < ends:
        began = time.monotonic()
        for front in wanted:
            trace_one(browser, front, slowed, got[front.asking.name])
        for button in BUTTONS:
            for front in wanted if button == BUTTONS[0] else wanted[1:]:
                measure_one(browser, front, slowed, button, got[front.asking.name])
        took = time.monotonic() - began
    return got


if __name__ == "__main__":
    main()
