"""The gallery: a picture of every state that the notice can be in, always taken the same way, and how two compare.

``scripts/screenshots gallery`` takes the pictures, ``tests/browser/test_gallery.py`` takes them again. They come from a
small site behind the real middleware, whose clock stands still.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page

from bandeau.ask.cookie import Seal
from bandeau.declare import read_declaration
from bandeau.record.keys import Signer
from bandeau.record.stores.sqlite import SQLiteStore
from bandeau.serve.asgi import ASGIMiddleware
from bandeau.serve.keys import LogKeys, origin_of
from bandeau.serve.site import Site
from support.embedding import DRAWN_WITHIN
from support.servers import serve_asgi

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images" / "gallery"
DOCUMENT = ROOT / "docs" / "reference" / "gallery.md"
MADE_WITH = IMAGES / "made-with.json"
COMMAND = ".venv/bin/python scripts/screenshots gallery"

HEIGHT = 800
"""Pixels of a window's height."""
MARGIN = 16
"""Pixels of the page that are shown around a part of ours."""
VISIBLE = 16
"""By how much of 255 a channel must differ for a pixel to count."""
TOLERATED = 0.00002
"""The share of pixels that may differ: less than a word in the longest of the pictures."""


# -- what is shown --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Look:
    """Who looks: a language, a colour scheme, a width of the window."""

    language: str
    scheme: str
    width: int

    @property
    def size(self) -> str:
        return "mobile" if self.width < 600 else "desktop"

    @property
    def name(self) -> str:
        return f"{self.language}-{self.scheme}-{self.size}"


@dataclass(frozen=True)
class State:
    """One state: the choices made before, the page that shows it, and the part of it that is ours."""

    name: str
    title: str
    path: str
    part: str
    choices: tuple[dict[str, str], ...] = ()
    looks: tuple[Look, ...] = ()

    @property
    def shots(self) -> Iterator[Shot]:
        return (Shot(self, look) for look in (*LOOKS, *self.looks))


@dataclass(frozen=True)
class Shot:
    """One picture."""

    state: State
    look: Look

    @property
    def name(self) -> str:
        return f"{self.state.name}-{self.look.name}"

    @property
    def path(self) -> Path:
        return IMAGES / f"{self.name}.webp"


LOOKS = (Look("fr", "light", 1280), Look("en", "dark", 390), Look("ar", "light", 390))
DARK_DESKTOP = (Look("fr", "dark", 1280),)
NONE, SOME, ALL = {"action": "refuse-all"}, {"action": "allow-service", "service": "video"}, {"action": "accept-all"}
SETTINGS, OWN = "/.bandeau/settings?back=/article&lang=", ".bandeau-page main"
STATES = (
    State("banner", "The banner", "/article", "#bandeau-notice", looks=DARK_DESKTOP),
    State("settings-none", "The settings, nothing allowed", SETTINGS, OWN, (NONE,)),
    State("settings-some", "The settings, one service allowed", SETTINGS, OWN, (SOME,), DARK_DESKTOP),
    State("settings-all", "The settings, everything allowed", SETTINGS, OWN, (ALL,)),
    State("control-none", "The control, nothing allowed", "/article", "#bandeau-control", (NONE,)),
    State("control-some", "The control, something allowed", "/article", "#bandeau-control", (SOME,)),
    State("control-all", "The control, everything allowed", "/article", "#bandeau-control", (ALL,)),
    State("placeholder-video", "In place of a video", "/video", "#video", (NONE,), DARK_DESKTOP),
    State("placeholder-comments", "In place of the comments", "/comments", ".bandeau-placeholder", (NONE,)),
    State("policy", "The cookie policy", "/.bandeau/policy?lang=", OWN),
    State("my-choices", "What is kept of the visitor's choices", "/.bandeau/my-choices?lang=", OWN, (ALL, NONE, SOME)),
    State("problem", "Something went wrong", "/.bandeau/nothing-here", OWN),
)
SHOTS = tuple(shot for state in STATES for shot in state.shots)


# -- the site -------------------------------------------------------------------------------------------------------

_NOON = 1_772_625_600  # 2026-03-04 12:00 UTC
_ARTICLE = """<!doctype html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>La Gazette du Port</title><style>
:root {{ color-scheme: light dark }}
body {{ margin: 0 auto; max-width: 42rem; padding: 1rem; font: 1rem/1.5 system-ui }}
iframe {{ display: block; width: 100%; aspect-ratio: 16/9; border: 0; margin: 1rem 0 }}
</style></head><body><h1>La Gazette du Port</h1>{embed}</body></html>"""
_EMBEDS = {
    "/video": '<iframe id="video" src="http://scopia.localhost/film" title="Scopia"></iframe>',
    "/comments": '<div id="comments"></div><script src="http://palabre.localhost/thread.js"></script>',
    "/article": "".join("<p>{}</p>".format("Brume sur le port. " * 12) for _ in range(9)),
}


async def _article(scope: Any, receive: Any, send: Any) -> None:
    language = dict(scope["headers"]).get(b"accept-language", b"fr")[:2].decode()
    direction = "rtl" if language == "ar" else "ltr"
    page = _ARTICLE.format(language=language, direction=direction, embed=_EMBEDS[scope["path"]])
    headers = [(b"content-type", b"text/html; charset=utf-8")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": page.encode()})


class Gallery:
    """The site as it runs: takes pictures of itself."""

    def __init__(self, folder: Path) -> None:
        (folder / "bandeau.toml").write_text(
            DRAWN_WITHIN.replace('languages = ["fr", "en"]', 'languages = ["fr", "en", "ar"]'), "utf-8"
        )
        declaration = read_declaration(folder / "bandeau.toml")
        store = SQLiteStore(folder / "records.sqlite3")
        self.now = float(_NOON)
        keys = LogKeys((Signer(origin_of(declaration), bytes(32)),))
        self.site = Site(declaration, Seal([bytes(32)]), store, keys, clock=lambda: self.now)
        self.url = ""

    def take(self, browser: Browser, shot: Shot) -> Image.Image:
        """Take one picture, as a visitor who comes for the first time and makes the choices that it needs."""
        look = shot.look
        context = browser.new_context(
            base_url=self.url,
            locale=look.language,
            viewport={"width": look.width, "height": HEIGHT},
            device_scale_factor=1,
            color_scheme="dark" if look.scheme == "dark" else "light",
            reduced_motion="reduce",
            timezone_id="UTC",
        )
        page = context.new_page()
        self._choose(page, shot)
        page.goto(shot.state.path + (look.language if shot.state.path.endswith("=") else ""))
        taken = _picture(page, shot)
        context.close()
        return taken

    def _choose(self, page: Page, shot: Shot) -> None:
        """Make the choices, one every day at noon."""
        page.goto("/.bandeau/settings")
        for day, choice in enumerate(shot.state.choices):
            self.now = _NOON + day * 86_400
            form = {**choice, "lang": shot.look.language, "back": "/.bandeau/settings"}
            page.evaluate(
                "form => fetch('/.bandeau/choice', { method: 'POST', body: new URLSearchParams(form) })", form
            )


@contextmanager
def gallery(folder: Path) -> Iterator[Gallery]:
    """Start the gallery's site, with its data in that folder."""
    one = Gallery(folder)
    try:
        with serve_asgi(ASGIMiddleware(_article, one.site), lifespan="off") as port:
            one.url = f"http://gazette.localhost:{port}"
            yield one
    finally:
        one.site.close()


def _picture(page: Page, shot: Shot) -> Image.Image:
    """What is seen of our part and a little around it, once everything is there and still."""
    part = page.locator(shot.state.part)
    part.wait_for()
    page.evaluate("document.fonts.ready")
    wide, high = shot.look.width, page.evaluate("document.documentElement.scrollHeight")
    if shot.state.part == OWN:  # a page of its own in a window that holds it all, so that nothing sticks over it
        page.set_viewport_size({"width": wide, "height": high})
    else:
        high = HEIGHT
    box = part.bounding_box()
    assert box, f"{shot.name} shows nothing"
    left, top = max(0, box["x"] - MARGIN), max(0, box["y"] - MARGIN)
    right, bottom = min(wide, box["x"] + box["width"] + MARGIN), min(high, box["y"] + box["height"] + MARGIN)
    taken = page.screenshot(
        clip={"x": left, "y": top, "width": right - left, "height": bottom - top},
        animations="disabled",
        caret="hide",
    )
    return Image.open(io.BytesIO(taken)).convert("RGB")


# -- keeping and comparing ------------------------------------------------------------------------------------------


def keep(picture: Image.Image, path: Path) -> None:
    """Write a picture without loss."""
    picture.save(path, lossless=True, quality=100, method=4)


def renew(shot: Shot, picture: Image.Image, *, keep_alike: bool) -> bool:
    """Keep a new picture in place of the old one; whether it did. One that looks alike may stay, so no byte changes."""
    if keep_alike and shot.path.exists():
        with Image.open(shot.path) as old:
            if difference(old.convert("RGB"), picture)[0] == 0:
                return False
    keep(picture, shot.path)
    return True


def changed(path: Path, new: Image.Image, folder: Path) -> str:
    """What to say of a picture that no longer looks as it is kept, with both laid out in the folder; else nothing."""
    laid, diff = folder / f"{path.stem}-new.png", folder / f"{path.stem}-diff.png"
    if not path.exists():
        new.save(laid)
        return f"{path.name} is not there; the picture is {laid}. To keep it: {COMMAND}"
    with Image.open(path) as old:
        share, shown = difference(old.convert("RGB"), new)
    if share <= TOLERATED:
        return ""
    new.save(laid)
    shown.save(diff)
    return f"{path.name}: {share * 100:.2f} % of its pixels differ; see {laid} and {diff}. If they should: {COMMAND}"


def difference(old: Image.Image, new: Image.Image) -> tuple[float, Image.Image]:
    """The share of pixels that differ to the eye, and the new picture, pale, with those in red."""
    size = (max(old.width, new.width), max(old.height, new.height))
    before, after = (_on_canvas(picture, size) for picture in (old, new))
    channels = ImageChops.difference(before, after).split()
    far = reduce(ImageChops.lighter, channels).point([255 * (value > VISIBLE) for value in range(256)])
    shown = Image.blend(after, Image.new("RGB", size, "white"), 0.7)
    shown.paste("red", mask=far)
    return far.histogram()[255] / (size[0] * size[1]), shown


def _on_canvas(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture on a canvas of that size: what only one of two has is of a colour that no page has."""
    canvas = Image.new("RGB", size, "magenta")
    canvas.paste(picture, (0, 0))
    return canvas


# -- what a picture depends on --------------------------------------------------------------------------------------

_FAMILIES = ("sans-serif", "serif", "monospace", "system-ui")
_TEXTS = {"latin": "Tout refuser, no 1 « été »", "arabic": "رفض الكل"}
_SAMPLE = "".join(
    f'<p id="{family}-{script}" style="font: 16px {family}">{text}</p>'
    for family in _FAMILIES
    for script, text in _TEXTS.items()
)


def made_with(browser: Browser) -> dict[str, Any]:
    """What pictures depend on besides our code: the browser, the fonts that it finds, and how it draws them.

    The text that is drawn for it is none of the notice's, so that a change of ours cannot pass for a change of fonts.
    """
    context = browser.new_context(viewport={"width": 400, "height": 500}, device_scale_factor=1, color_scheme="light")
    page = context.new_page()
    page.set_content(f'<meta charset="utf-8">{_SAMPLE}')
    devtools = context.new_cdp_session(page)
    devtools.send("DOM.enable")
    devtools.send("CSS.enable")
    root = devtools.send("DOM.getDocument")["root"]["nodeId"]

    def fonts(name: str) -> list[str]:
        node = devtools.send("DOM.querySelector", {"nodeId": root, "selector": f"#{name}"})["nodeId"]
        found = devtools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        return sorted(font["familyName"] for font in found)

    families = {f"{family}-{script}": fonts(f"{family}-{script}") for family in _FAMILIES for script in _TEXTS}
    drawn = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB").tobytes()
    context.close()
    return {"browser": browser.version, "fonts": families, "drawn": hashlib.sha256(drawn).hexdigest()[:16]}


def elsewhere(here: dict[str, Any]) -> str:
    """Why the kept pictures cannot be compared with those taken here; empty where they can."""
    there = json.loads(MADE_WITH.read_text("utf-8"))
    names = {"browser": "browser", "fonts": "fonts", "drawn": "way to draw letters"}
    return "; ".join(
        f"the pictures were made with another {names[key]}: {there[key]}, here {here[key]}"
        for key in names
        if there[key] != here[key]
    )


# -- the page that shows them ---------------------------------------------------------------------------------------


def document() -> str:
    """The page of the documentation that shows every picture."""
    return _DOCUMENT.format(command=COMMAND, states="\n".join(map(_shown, STATES)))


def _shown(state: State) -> str:
    pictures = "\n\n".join(
        f"![{state.title}: {_LANGUAGES[look.language]}, {look.scheme}, {look.size}](../images/gallery/{shot.path.name})"
        for shot in state.shots
        for look in (shot.look,)
    )
    return f"## {state.title}\n\n{pictures}\n"


_LANGUAGES = {"fr": "French", "en": "English", "ar": "Arabic"}
_DOCUMENT = """# Gallery

Written by `{command}`; do not edit it. Every state that the notice can be in, in light and dark, on a wide window
(1280 px) and a narrow one (390 px), in French, English and Arabic; only our own part of each page, at its real size. A
test takes the same pictures and says which of them have changed.

{states}"""
