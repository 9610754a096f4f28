"""What caches are told, through every edge: who may keep an answer, for how long, and under which name."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from bandeau.enforce.csp import BARE_WALL
from support.sites import DECLARATION, EDGES, Got, Page, Pages, Running, behind

HTML = ("content-type", "text/html; charset=utf-8")
JAVASCRIPT = ("content-type", "text/javascript")
FRESH = ("cache-control", "public, max-age=600")
TOLD = ("x-accel-expires", "cdn-cache-control")


@pytest.fixture(scope="module", params=EDGES)
def edge(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A site that knows of no cache that keys by variant."""
    with behind(request.param, Pages(), tmp_path_factory.mktemp(request.param)) as running:
        yield running


@pytest.fixture(scope="module", params=EDGES)
def keyed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A site behind a cache that keys by variant; the tests ask as that cache does."""
    with behind(request.param, Pages(), tmp_path_factory.mktemp(request.param), keyed_cache=True) as running:
        running.pages.table["/"] = Page(headers=(HTML, FRESH, ("etag", '"a"')))
        yield running


def named(choice: str) -> str:
    """The name of a choice's variant, as a cache in front reads it off the cookie."""
    return choice.removeprefix("bandeau_choice=").partition(".")[0]


def is_told(got: Got) -> bool:
    """Whether the cache that keys by variant is told to keep an answer; everybody else must always be told not to."""
    assert got.one("cache-control") == "private, no-cache"
    assert "Bandeau-Variant, Sec-Fetch-Dest" in got.one("vary")
    told = [got.all(name) for name in TOLD]
    assert told in ([["600"], ["max-age=600"]], [[], []])
    if told[0]:
        assert not got.all("set-cookie")
    return told[0] != []


# -- a cache that keys by variant ---------------------------------------------------------------------------------


@pytest.mark.parametrize("signal", ["", "1"])
def test_each_variant_may_be_kept_under_its_own_name_and_under_no_other(keyed: Running, signal: str) -> None:
    cookies = {
        "none": "",
        **{named(one): one for one in (keyed.choose("accept-all").choice, keyed.choose("refuse-all").choice)},
    }
    assert len(cookies) == 3
    names = [name + gpc for name in cookies for gpc in ("", "-gpc")]
    for (own, cookie), name in itertools.product(cookies.items(), [*names, "", "made-up"]):
        headers = {"cookie": cookie, "sec-gpc": signal, "bandeau-variant": name}
        got = keyed.get(headers={key: value for key, value in headers.items() if value})
        mine = own + ("-gpc" if signal else "")
        if name:
            assert is_told(got) is (name == mine)
        else:
            assert not got.all("cdn-cache-control")


def test_a_made_up_cookie_gets_no_page_kept_under_the_name_in_it(keyed: Running) -> None:
    name = named(keyed.choose("accept-all").choice)
    for cookie in (f"bandeau_choice={name}.AAAA.AAAAAAAAAAAAAAAAAAAAAA", f"bandeau_choice={name}"):
        got = keyed.get(headers={"cookie": cookie, "bandeau-variant": name})
        assert not is_told(got)
        assert "palabre.localhost" not in got.one("content-security-policy")


def test_two_choice_cookies_get_no_page_kept(keyed: Running) -> None:
    choice = keyed.choose("refuse-all").choice
    for name in ("none", named(choice)):
        got = keyed.get(headers={"cookie": f"{choice}; {choice}", "bandeau-variant": name})
        assert not is_told(got)


@pytest.mark.parametrize(
    "also", [{"cookie": "session=1"}, {"authorization": "Basic eDp5"}], ids=["session", "credentials"]
)
def test_what_a_visitor_alone_may_see_is_not_kept(keyed: Running, also: dict[str, str]) -> None:
    assert not is_told(keyed.get(headers={"bandeau-variant": "none", **also}))


def test_cookies_that_the_site_does_not_get_do_not_matter_but_their_expiry_is_not_kept(keyed: Running) -> None:
    assert is_told(keyed.get(headers={"cookie": "unknown=1", "bandeau-variant": "none"}))
    choice = keyed.choose("refuse-all").choice
    got = keyed.get(headers={"cookie": f"{choice}; unknown=1", "bandeau-variant": named(choice)})
    assert any(one.startswith("unknown=;") for one in got.all("set-cookie"))
    assert not is_told(got)


@pytest.mark.parametrize(
    "header",
    [
        ("set-cookie", "session=1"),
        ("vary", "Accept-Encoding, Cookie"),
        ("vary", "*"),
        ("cache-control", "private"),
        ("cache-control", "no-cache"),
    ],
)
def test_what_the_site_itself_does_not_share_is_not_kept(keyed: Running, header: tuple[str, str]) -> None:
    keyed.pages.table["/own"] = Page(headers=(HTML, FRESH, header))
    assert not keyed.get("/own", headers={"bandeau-variant": "none"}).all("cdn-cache-control")


@pytest.mark.parametrize(
    ("change", "outlives"),
    [
        (('name = "Palabre"', 'name = "Palabre, les commentaires"'), True),
        (('hosts = ["regie.localhost"]', 'hosts = ["regie.localhost", "r2.localhost"]'), True),
        (('personal_data = ["ip-address", "browsing"]', 'personal_data = ["ip-address", "browsing", "usage"]'), False),
    ],
)
def test_a_name_outlives_a_corrected_declaration_but_not_one_that_asks_again(
    tmp_path: Path, change: tuple[str, str], outlives: bool
) -> None:
    assert change[0] in DECLARATION
    with behind("asgi", Pages(), tmp_path, keyed_cache=True) as running:
        before = running.choose("accept-all").choice
    pages = Pages({"/": Page(headers=(HTML, FRESH))})
    with behind("asgi", pages, tmp_path, DECLARATION.replace(*change), keyed_cache=True) as running:
        after = running.choose("accept-all").choice
        assert (named(before) == named(after)) is outlives
        assert is_told(running.get(headers={"cookie": before, "bandeau-variant": named(before)})) is outlives


def test_a_page_not_changed_since_stays_kept(keyed: Running) -> None:
    keyed.pages.table["/same"] = Page((), (FRESH, ("etag", '"a"')), 304)
    tag = keyed.get(headers={"bandeau-variant": "none"}).one("etag")
    got = keyed.get("/same", headers={"bandeau-variant": "none", "if-none-match": tag})
    assert got.status == 304
    assert got.one("etag") == tag
    assert is_told(got)


# -- any cache ----------------------------------------------------------------------------------------------------


def test_nobody_without_a_keyed_cache_makes_pages_shared_by_naming_a_variant(edge: Running) -> None:
    edge.pages.table["/"] = Page(headers=(HTML, FRESH))
    choice = edge.choose("accept-all").choice
    got = edge.get(headers={"cookie": choice, "bandeau-variant": named(choice)})
    assert got.one("cache-control") == "private, no-cache"
    assert not any(got.all(name) for name in TOLD)
    assert "Cookie" in got.one("vary")


def test_a_page_that_sets_a_cookie_is_not_shared(edge: Running) -> None:
    edge.pages.table["/sets"] = Page(headers=(HTML, FRESH, ("set-cookie", "session=1")))
    assert edge.get("/sets").one("cache-control") == "private, no-cache"
    edge.pages.table["/sets"] = Page(headers=(HTML, FRESH))
    planted = edge.get("/sets", headers={"cookie": "bandeau_choice=a; bandeau_choice=b"})
    assert planted.all("set-cookie")
    assert planted.one("cache-control") == "private, no-cache"


@pytest.mark.parametrize(
    "content_type",
    ["text/javascript", "application/pdf", "application/xml", "image/svg+xml", "application/wasm", "image/png", ""],
)
@pytest.mark.parametrize("status", [200, 206, 301, 304])
def test_what_a_page_loads_is_the_same_for_all_and_as_cacheable_as_it_was(
    edge: Running, content_type: str, status: int
) -> None:
    types = [("content-type", content_type)] if content_type else []
    body = b"" if status in (301, 304) else b"\x00data"
    edge.pages.table["/file"] = Page((body,), (*types, FRESH, ("etag", '"f"'), ("last-modified", "then")), status)
    accepted = edge.choose("accept-all").choice
    seen = []
    for told in ({}, {"cookie": accepted}, {"sec-gpc": "1"}, {"cookie": "unknown=1; session=2"}):
        for destination in ("", "script", "image", "empty"):
            got = edge.get("/file", headers={**told, **({"sec-fetch-dest": destination} if destination else {})})
            seen.append((got.body, sorted((k, v) for k, v in got.headers if k.lower() not in ("date", "connection"))))
            assert (got.one("cache-control"), got.one("etag")) == (FRESH[1], '"f"')
            assert got.one("content-security-policy")
    assert all(one == seen[0] for one in seen)


def test_a_script_as_a_worker_is_another_answer_than_as_a_script(edge: Running) -> None:
    edge.pages.table["/w.js"] = Page((b"work()",), (JAVASCRIPT, FRESH, ("etag", '"w"'), ("vary", "Origin")))
    script = edge.get("/w.js", headers={"sec-fetch-dest": "script"})
    worker = edge.get("/w.js", headers={"sec-fetch-dest": "worker"})
    assert script.body == b"work()"
    assert script.one("vary") == "Origin, Sec-Fetch-Dest"
    assert worker.body.endswith(b"work()")
    assert b'"c":' in worker.body
    assert "Sec-Fetch-Dest" in worker.one("vary")
    # A browser asks for one with the tag of the other, where all that differs is what Vary names (RFC 9111, 4.1).
    for tag, destination in ((script.one("etag"), "worker"), (worker.one("etag"), "script")):
        edge.get("/w.js", headers={"sec-fetch-dest": destination, "if-none-match": tag})
        assert "if-none-match" not in edge.pages.seen[-1]
    edge.get("/w.js", headers={"sec-fetch-dest": "worker", "if-none-match": worker.one("etag")})
    assert '"w"' in edge.pages.seen[-1]["if-none-match"]
    edge.get("/w.js", headers={"sec-fetch-dest": "worker", "range": "bytes=1-2", "if-modified-since": "then"})
    assert not {"range", "if-modified-since"} & edge.pages.seen[-1].keys()


def test_a_worker_and_a_drawing_that_is_a_page_have_their_visitors_wall(edge: Running) -> None:
    accepted = edge.choose("accept-all").choice
    for content_type, destination in (
        ("text/javascript", "worker"),
        ("image/svg+xml", "iframe"),
        ("text/xml", "document"),
    ):
        edge.pages.table["/own"] = Page((b"<svg/>",), (("content-type", content_type), FRESH))
        got = edge.get("/own", headers={"cookie": accepted, "sec-fetch-dest": destination})
        assert "palabre.localhost" in got.one("content-security-policy")
        assert got.one("cache-control") == "private, no-cache"
        neutral = edge.get("/own", headers={"sec-fetch-dest": destination})
        assert "palabre.localhost" not in neutral.one("content-security-policy")
        assert "Cookie, Sec-GPC, Sec-Fetch-Dest" in neutral.one("vary")


def test_a_page_in_a_frame_is_never_taken_for_one_that_stands_alone(edge: Running) -> None:
    edge.pages.table["/"] = Page(headers=(HTML, ("etag", '"a"')))
    tags = {edge.get(headers={"sec-fetch-dest": one}).one("etag") for one in ("document", "iframe", "empty")}
    assert len(tags) == 3


def test_a_notice_in_the_readers_language_is_kept_for_that_language(edge: Running) -> None:
    edge.pages.table["/plain"] = Page((b"<p>Bonjour",), (HTML, FRESH, ("etag", '"a"')))
    fr, en = (edge.get("/plain", headers={"accept-language": one}) for one in ("fr", "en"))
    assert "Accept-Language" in fr.one("vary")
    assert fr.one("etag") != en.one("etag")
    assert "Accept-Language" not in edge.get("/").one("vary")


def test_what_one_visitor_alone_was_let_have_is_private_in_whatever_answer(edge: Running) -> None:
    link = ("link", "<https://palabre.localhost/>; rel=preconnect")
    accepted = edge.choose("accept-all").choice
    for header, kept in ((link, "link"), (("set-cookie", "palabre_uid=1"), "set-cookie")):
        headers = (("content-type", "image/png"), ("cache-control", "public, max-age=600, s-maxage=9, immutable"))
        edge.pages.table["/p.png"] = Page((b"png",), (*headers, ("surrogate-control", "max-age=9"), header))
        got = edge.get("/p.png", headers={"cookie": accepted})
        assert got.one(kept)
        assert got.one("cache-control") == "private, max-age=600, immutable"
        assert not got.all("surrogate-control")
        neutral = edge.get("/p.png")
        assert not neutral.one(kept)
        assert neutral.one("cache-control") == headers[1][1]
        assert neutral.one("content-security-policy") == BARE_WALL.decode()


def test_the_guards_file_is_kept_for_good_under_the_name_of_its_variant_only(edge: Running) -> None:
    edge.pages.table["/strict"] = Page(headers=(HTML, ("content-security-policy", "script-src 'self'")))
    accepted = edge.choose("accept-all").choice
    addresses = []
    for cookie in ({}, {"cookie": accepted}):
        page = edge.get("/strict", headers=cookie).text
        address = page[page.index("/.bandeau/guard.js") :].partition('"')[0]
        got = edge.get(address, headers=cookie)
        assert got.one("cache-control") == "public, max-age=31536000, immutable"
        assert got.body == edge.get("/.bandeau/guard.js", headers=cookie).body
        addresses.append(address)
    assert addresses[0] != addresses[1]
    other = edge.get(addresses[1])
    assert "no-store" in other.one("cache-control")
    assert b'"p": 1' not in other.body


@pytest.mark.parametrize("kind", EDGES)
def test_in_observe_mode_nothing_depends_on_the_visitor(kind: str, tmp_path: Path) -> None:
    with behind(kind, Pages({"/": Page(headers=(HTML, FRESH))}), tmp_path) as running:
        accepted = running.choose("accept-all").choice
    toml = (tmp_path / "bandeau.toml").read_text("utf-8").replace('"enforce"', '"observe"')
    with behind(kind, Pages({"/": Page(headers=(HTML, FRESH))}), tmp_path, toml) as running:
        name = "content-security-policy-report-only"
        walls = {running.get(headers=told).one(name) for told in ({}, {"cookie": accepted}, {"sec-gpc": "1"})}
        assert len(walls) == 1
