"""Recordings built by hand, and at random: what a test of judging starts from."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as some

from bandeau.audit import facts
from bandeau.audit.facts import Area, Cause, CookieSet, Fact, Kept, Place, Request
from bandeau.audit.finding import Finding
from bandeau.audit.inspect import inspect
from bandeau.audit.knowledge import Knowledge
from bandeau.audit.recording import VERSION, Browser, Device, Page, Recording, State, Stay, Trouble
from bandeau.audit.seen import Barrier, Box, Control, Layer, Notice, Role, Step, Switch
from bandeau.declare import parse_declaration
from bandeau.model import Declaration

HOME = "https://gazette.example/"
"""The page of recordings built by hand."""

BROWSER = Browser(name="chromium", version="150", third_party_cookies=True, pings=True, clean=True)


def recorded(*pages: Page, version: int = VERSION, browser: Browser = BROWSER) -> Recording:
    return Recording(version=version, made="2026-11-26T10:00:00Z", bandeau="1", browser=browser, pages=pages)


def stay(state: State, *happened: Fact, **more: Any) -> Stay:
    return Stay(state=state, url=more.pop("url", HOME), status=more.pop("status", 200), facts=happened, **more)


def page(*stays: Stay, url: str = HOME, trouble: tuple[Trouble, ...] = ()) -> Page:
    return Page(url=url, stays=stays, trouble=trouble)


def seen(state: State, *happened: Fact, **more: Any) -> Recording:
    """A recording of one page in one state."""
    return recorded(page(stay(state, *happened, **more)))


def by(*urls: str) -> Cause:
    """Caused by a script, whose stack is these addresses, the innermost first."""
    return Cause(kind="script", stack=tuple(Place(url=url, line=7) for url in urls))


def cookie(name: str, value: str = "1", domain: str = "gazette.example", **more: Any) -> CookieSet:
    return CookieSet(name=name, value=value, domain=domain, page=more.pop("page", HOME), **more)


def request(url: str, kind: str = "Script", **more: Any) -> Request:
    more = {"id": url, "status": 200, "size": 5_000, "page": HOME, **more}
    return Request(url=url, kind=kind, **more)


def kept(name: str, value: str = "1", owner: str = "gazette.example", area: Area = Area.COOKIE, **more: Any) -> Kept:
    return Kept(area=area, key=name, value=value, owner=owner, **more)


LORE = Knowledge(
    {
        "regie": {
            "name": "Régie",
            "recipient": "Régie SA",
            "purpose": "advertising",
            "profiling": True,
            "hosts": ["regie.example", "*.regie.example"],
            "cookies": [{"name": "_regie", "lifetime": "1 year"}],
            "storage": [{"name": "regie-id", "lifetime": "until erased"}],
        },
        "stats": {
            "name": "Stats",
            "recipient": "Stats SA",
            "purpose": "audience",
            "hosts": ["stats.example"],
            "cookies": [{"name": "_stats", "lifetime": "13 months"}],
        },
        "sesame": {
            "name": "Sesame",
            "recipient": "Sesame SA",
            "purpose": "functioning",
            "hosts": ["sesame.example"],
            "cookies": [{"name": "sesame", "lifetime": "1 year"}],
        },
        "delivery": {
            "name": "Delivery",
            "recipient": "Delivery SA",
            "purpose": "functioning",
            "hosts": ["*.delivery.example"],
            "shared": True,
        },
        "types": {"name": "Types", "recipient": "Types SA", "purpose": "media", "hosts": ["types.example"]},
        "framework": {
            "name": "Framework",
            "purpose": "functioning",
            "cookies": [{"name": "fw_state", "lifetime": "1 year"}],
        },
    }
)
"""What is known of the services in these recordings."""

GAZETTE = """
[site]
name = "La Gazette du Port"
hosts = ["gazette.example", "www.gazette.example"]
languages = ["fr", "en"]
privacy_policy = "/confidentialite"

[site.controller]
name = "Éditions du Port SAS"
address = "1 quai des Brumes, 76600 Le Havre, France"
contact = "dpo@gazette.example"

[purposes.functioning]
exempt = "strictly-necessary"
[purposes.audience]
exempt = "audience-measurement"
[purposes.social]
[purposes.media]

[services.site]
name = "The site"
purpose = "functioning"
cookies = [{ name = "session", lifetime = "session" }, { name = "csrftoken", lifetime = "12 months" }]
storage = [{ name = "theme", lifetime = "12 months" }]

[services.stats]
name = "Port Stats"
recipient = "Éditions du Port SAS"
purpose = "audience"
hosts = ["stats.gazette.example"]
cookies = [{ name = "ps_id", lifetime = "13 months" }]

[services.comments]
name = "Palabre"
recipient = "Palabre SA"
purpose = "social"
personal_data = ["ip-address"]
countries = ["FR"]
hosts = ["palabre.example", "*.palabre.example"]
cookies = [
  { name = "palabre_*", lifetime = "13 months", host = "palabre.example" },
  { name = "plb", lifetime = "1 day" },
]
storage = [{ name = "palabre:*", lifetime = "12 months" }]

[services.video]
name = "Scopia"
recipient = "Scopia GmbH"
purpose = "media"
personal_data = ["ip-address"]
countries = ["DE"]
hosts = ["scopia.example"]
"""
"""What the site of these recordings declares."""

DECLARED = parse_declaration(GAZETTE, "bandeau.toml")

words = some.text(max_size=20)
whole = some.integers(0, 2**40)
hosts = some.sampled_from(["gazette.example", "www.gazette.example", "regie.example", "a.regie.example", "x.example"])
urls = some.builds("https://{}/{}".format, hosts, words) | words
names = some.sampled_from(["_regie", "session", "id", "uid-0af3be9912cd77aa"]) | words
values = some.sampled_from(["1", "0af3be9912cd77aa41", "GA1.1.9482716350.1764152214", '{"ads":false}']) | words


def _some(*each: some.SearchStrategy[Any], most: int = 3) -> some.SearchStrategy[tuple[Any, ...]]:
    return some.lists(some.one_of(*each), max_size=most).map(tuple)


places = some.builds(Place, url=urls, line=whole)
causes = some.builds(Cause, stack=_some(places))
_happening: dict[str, Any] = {"by": causes, "at": whole, "view": some.integers(0, 2), "page": urls}
_sent = some.builds(facts.SentCookie, name=names, domain=hosts | words)
happened = some.one_of(
    some.builds(
        facts.Request,
        id=words,
        url=urls,
        body=words,
        kind=some.sampled_from(["Document", "Image", "Ping", "Script", "Font"]),
        top=some.booleans(),
        follows=words,
        cookies=_some(_sent),
        headers=some.dictionaries(some.sampled_from(["Sec-GPC", "DNT"]), words),
        status=some.sampled_from([0, 200, 204, 302]),
        size=whole,
        **_happening,
    ),
    some.builds(
        facts.CookieSet,
        name=names,
        value=values,
        domain=hosts | words,
        lifetime=some.none() | some.integers(-5, 2**40),
        via=some.sampled_from(["header", "document.cookie"]),
        **_happening,
    ),
    some.builds(facts.CookieRead, names=_some(names), **_happening),
    some.builds(
        facts.Storing,
        area=some.sampled_from(Area),
        op=some.sampled_from(["set", "get", "open"]) | words,
        key=names,
        value=values,
        **_happening,
    ),
    some.builds(facts.Contact, via=some.sampled_from(["WebRTC", "preconnect"]) | words, url=urls, **_happening),
    some.builds(facts.Probe, api=some.sampled_from(["canvas", "audio", "webgl"]) | words, **_happening),
    some.builds(
        facts.Signal,
        system=some.sampled_from(["tcf", "gpp", "usp", "consent-mode", "gpc"]) | words,
        said=some.sampled_from(
            ["DBABMA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA", '["consent","update",{}]', "1YNN"]
        )
        | words,
        **_happening,
    ),
    some.builds(facts.WorkerStarted, kind=some.sampled_from(["service_worker", "worker"]), url=urls, **_happening),
    some.builds(facts.Decorated, url=urls, names=_some(names), **_happening),
    some.builds(facts.Alias, host=hosts | words, names=_some(hosts | words), **_happening),
)
_kept = some.builds(
    Kept,
    area=some.sampled_from(Area),
    key=names,
    owner=hosts | urls,
    value=values,
    lifetime=some.none() | some.integers(-5, 2**40),
)
_boxes = some.builds(Box, x=some.just(0.0), y=some.just(0.0), width=some.floats(0, 500), height=some.floats(0, 100))
_colours = some.sampled_from(["#ffffff", "#000000", "#0055ff", "", "#bad", "red"])
_controls = some.builds(
    Control,
    role=some.sampled_from(Role),
    text=words,
    layer=some.integers(1, 2),
    box=_boxes,
    ink=_colours,
    paper=_colours,
    contrast=some.floats(0, 21),
    size=some.floats(0, 40),
    weight=some.sampled_from([400, 700]),
)
_switches = some.builds(Switch, label=words, on=some.booleans(), locked=some.booleans())
_layers = some.builds(
    Layer, number=some.integers(1, 2), text=words, controls=_some(_controls), switches=_some(_switches)
)
notices = some.builds(
    Notice,
    found_by=words,
    covers=some.floats(0, 1),
    blocks=some.booleans(),
    layers=_some(_layers),
    barriers=_some(some.builds(Barrier, rule=words, impact=words, help=words, target=words)),
    way_back=some.none() | _controls,
)
_troubles = some.builds(Trouble, code=some.sampled_from(["no-notice", "crashed"]) | words, text=words)
_steps = some.builds(Step, act=words, text=words, role=some.sampled_from(Role))
stays = some.builds(
    Stay,
    state=some.sampled_from(State),
    reached=some.booleans(),
    service=words,
    url=urls,
    status=some.sampled_from([0, 200, 404]),
    steps=_some(_steps),
    asks=some.booleans(),
    notice=some.none() | notices,
    views=some.integers(0, 3),
    facts=_some(happened, most=6),
    kept=_some(_kept),
    trouble=_some(_troubles, most=1),
)
pages = some.builds(
    Page, url=urls, device=some.sampled_from(Device), stays=_some(stays, most=4), trouble=_some(_troubles, most=1)
)
"""Any page at all, with a liking for what judging looks at."""


def judged(recording: Recording, declaration: Declaration | None = None, lore: Knowledge = LORE) -> tuple[Finding, ...]:
    return inspect(recording, declaration, lore)


def codes(recording: Recording, declaration: Declaration | None = None, lore: Knowledge = LORE) -> list[str]:
    """The codes of what is found, each once, in order."""
    return sorted({finding.code for finding in judged(recording, declaration, lore)})


def one(code: str, recording: Recording, declaration: Declaration | None = None) -> Finding:
    """The one finding of a code."""
    (found,) = (finding for finding in judged(recording, declaration) if finding.code == code)
    return found


def control(role: Role, text: str = "", **more: Any) -> Control:
    """A button as any other: what differs is given."""
    box = Box(x=0, y=0, width=more.pop("width", 160), height=more.pop("height", 40))
    look = {"ink": "#ffffff", "paper": "#1a4fd0", "contrast": 7.0, "size": 16, "bordered": True, **more}
    return Control(role=role, text=text or role.value, box=box, **look)


ACCEPT, REFUSE, SETTINGS = control(Role.ACCEPT), control(Role.REFUSE), control(Role.SETTINGS)


def notice(*controls: Control, text: str = "", switches: tuple[Switch, ...] = (), **more: Any) -> Notice:
    """A notice of one layer; without anything given, one that nobody could object to."""
    text = text or "Éditions du Port asks: may we measure the audience and show videos?"
    layer = Layer(
        number=1, text=text, language="en", controls=controls or (ACCEPT, REFUSE, SETTINGS), switches=switches
    )
    return Notice(found_by="words", layers=(layer, *more.pop("layers", ())), **more)


def asked(shown: Notice, *others: Stay, happened: tuple[Fact, ...] = ()) -> Recording:
    """A recording of a page that shows a notice, in these other states too."""
    return recorded(page(stay(State.BEFORE, *happened, notice=shown, asks=True), *others))
