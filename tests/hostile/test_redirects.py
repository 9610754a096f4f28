"""No address that anybody writes leads a reader off the site: not from the choice, not from the notice's own links."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from playwright.sync_api import BrowserContext

from bandeau.enforce.url import Base, resolve
from bandeau.model import Origin
from support.sites import EDGES, Pages, Running, behind

ORIGIN = Origin("http", "gazette.localhost", 80)
EVIL = "evil.example"
PLACES = [
    f"//{EVIL}", f"///{EVIL}", f"////{EVIL}/", f"/\\{EVIL}", f"\\\\{EVIL}", f"\\/{EVIL}", f"/\\/{EVIL}",
    f"/%2f%2f{EVIL}", f"/%5c{EVIL}", f"https:{EVIL}", f"https:/{EVIL}", f"https://{EVIL}", f"HtTpS://{EVIL}",
    f"http:\\\\{EVIL}", f"/\t/{EVIL}", f"\t//{EVIL}", f"/\n/{EVIL}", f"/\r\n/{EVIL}",
    f"/x\r\nLocation: https://{EVIL}", "/x\n\n<script>", f" //{EVIL}", f"\x00//{EVIL}", f"\x1f//{EVIL}",
    f"\u00a0//{EVIL}", f"\ufeff//{EVIL}", f"\u3000//{EVIL}", f"/\u2215{EVIL}", f"/\uff0f{EVIL}",
    f"\uff0f\uff0f{EVIL}", f"/\u2044{EVIL}", f"/\uff3c{EVIL}", f"/\u29f5{EVIL}", f"/.//{EVIL}", f"/..//{EVIL}",
    f"/./\\{EVIL}", f"/%2e//{EVIL}", f"/%2e%2e//{EVIL}", f"/x/..//{EVIL}", f"/x/../..//{EVIL}",
    f"/.bandeau/..//{EVIL}", f"/.bandeau/../\\{EVIL}", f"/@{EVIL}", f"@{EVIL}", f":@{EVIL}", f".{EVIL}",
    f"?//{EVIL}", f"#//{EVIL}", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)",
    "\x01javascript:alert(1)", "/javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
    "blob:http://gazette.localhost/1", "about:blank", f"//{EVIL}%00.gazette.localhost",
    f"//gazette.localhost@{EVIL}", f"//gazette.localhost:80@{EVIL}", f"//{EVIL}#@gazette.localhost",
    f"/{'/' * 5000}{EVIL}", "/"+"x" * 9_000, "//[::ffff:1.2.3.4]/", "//1.2.3.4", "//0x7f000001", "", "/", "/é",
    "/a b", "/?q=//x", "/a?b#c", "/%", "/%zz", "/\ud800".encode("utf-8","replace").decode(),
]  # fmt: skip


@pytest.fixture(scope="module", params=EDGES)
def edge(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with behind(request.param, Pages(), tmp_path_factory.mktemp(request.param)) as running:
        yield running


def stays(address: str) -> bool:
    """Whether an address on a page of the site contacts the site itself, or nobody."""
    target = resolve(address, Base(ORIGIN, "/.bandeau/choice"))
    return target is None or target[0] == ORIGIN


def choose(edge: Running, place: str) -> str:
    """The address that a reader is sent to who made a choice on that page."""
    got = edge.choose("refuse-all", back=quote(place, safe=""))
    assert got.status == 303
    return got.one("location")


@pytest.mark.parametrize("place", PLACES)
def test_no_way_back_leads_off_the_site(edge: Running, place: str) -> None:
    location = choose(edge, place)
    assert location.startswith("/")
    assert location.isascii()
    assert location.isprintable()
    assert stays(location)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    st.text(max_size=40) | st.lists(st.sampled_from([*"/\\.:@?#\t\n\r %x", EVIL, "%2f", "%5c", "https:"])).map("".join)
)
@example("/\\/\t/evil.example")
def test_no_text_at_all_is_a_way_off_the_site(edge: Running, place: str) -> None:
    location = choose(edge, place.encode("utf-8", "replace").decode())
    assert location.startswith("/")
    assert location.isascii()
    assert stays(location)


class Links(HTMLParser):
    """Every address that a page leads to, and what it would send back."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.found += [given[name] for name in ("href", "action", "formaction", "src") if name in given]
        if given.get("name") == "back":
            self.found.append(given["value"])


@pytest.mark.parametrize("page", ["settings", "my-choices", "policy", "nowhere"])
def test_no_page_of_ours_leads_off_the_site(edge: Running, page: str) -> None:
    privacy = "/confidentialite"
    for place in PLACES:
        got = edge.get(
            f"/.bandeau/{page}?back={quote(place, safe='')}&next={quote(place, safe='')}&lang={quote(place)}&saved=1"
        )
        addresses = Links(got.text).found
        assert addresses or got.status == 404
        for address in addresses:
            assert stays(address) or address == privacy, (place, address)
            for back in parse_qs(urlsplit(address).query).get("back", []):
                assert stays(back)
                assert back.startswith("/")


@pytest.mark.browser
def test_a_real_browser_stays_on_the_site_wherever_it_is_sent_back(
    tmp_path_factory: pytest.TempPathFactory, context: BrowserContext
) -> None:
    with behind("asgi", Pages(), tmp_path_factory.mktemp("browser")) as edge:
        home = f"http://gazette.localhost:{edge.port}"
        page = context.new_page()
        page.goto(home)
        locations = [choose(edge, place) for place in PLACES]
        # The list does tempt a browser: sent as it is, a good part of it leads away.
        script = "([all, base]) => all.map(one => { try { return new URL(one, base).origin } catch { return 'none' } })"
        assert len([one for one in page.evaluate(script, [PLACES, home]) if one != home]) > 30
        assert set(page.evaluate(script, [locations, home + "/.bandeau/choice"])) == {home}
        away: list[str] = []
        context.on("request", lambda request: away.append(request.url) if not request.url.startswith(home) else None)
        for place in PLACES[::6]:
            page.goto(f"{home}/.bandeau/settings?back={quote(place, safe='')}")
            page.locator("button[value=refuse-all]").first.click()
            page.wait_for_url(lambda url: "/settings?" not in url)
            assert page.url.startswith(home + "/")
        assert not away
