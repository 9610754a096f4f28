"""The same cases through every edge: what is decided once holds however the site is served."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bandeau.enforce.csp import BARE_WALL
from bandeau.record.stores.sqlite import SQLiteStore
from support.sites import DECLARATION, EDGES, Page, Pages, Running, behind

HTML = ("content-type", "text/html; charset=utf-8")


@pytest.fixture(scope="module", params=EDGES)
def edge(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with behind(request.param, Pages(), tmp_path_factory.mktemp(request.param)) as running:
        yield running


def article(*markup: bytes, head: bytes = b"") -> Page:
    return Page((b"<!doctype html><html lang=fr><head>" + head + b"</head><body>", *markup, b"</body></html>"))


# -- what is read -------------------------------------------------------------------------------------------------


def test_the_site_does_not_even_read_a_refused_cookie(edge: Running) -> None:
    edge.get(headers={"cookie": "session=1; palabre_uid=2; unknown=3; ps_id=4"})
    assert edge.pages.seen[-1]["cookie"] == "session=1; ps_id=4"


def test_where_no_cookie_is_left_there_is_no_cookie_header(edge: Running) -> None:
    edge.get(headers={"cookie": "palabre_uid=2"})
    assert "cookie" not in edge.pages.seen[-1]


def test_after_acceptance_the_declared_cookies_are_read_and_the_undeclared_are_not(edge: Running) -> None:
    choice = edge.choose("accept-all").choice
    edge.get(headers={"cookie": f"{choice}; palabre_uid=2; unknown=3; regie_id=4"})
    assert edge.pages.seen[-1]["cookie"] == "palabre_uid=2; regie_id=4"


def test_the_choice_cookie_is_nobodys_but_ours(edge: Running) -> None:
    edge.get(headers={"cookie": edge.choose("refuse-all").choice + "; session=1"})
    assert edge.pages.seen[-1]["cookie"] == "session=1"


@pytest.mark.parametrize("spoil", ["truncated", "foreign", "twice", "garbage"])
def test_a_spoiled_choice_cookie_is_no_choice_and_never_an_error(edge: Running, spoil: str) -> None:
    good = edge.choose("accept-all").choice
    sent = {
        "truncated": good[:-3],
        "foreign": "bandeau_choice=none.AAAA.AAAAAAAAAAAAAAAAAAAAAA",
        "twice": f"{good}; {good}",
        "garbage": 'bandeau_choice="\x80\xff;==;',
    }[spoil]
    got = edge.get(headers={"cookie": f"{sent}; palabre_uid=2"})
    assert got.status == 200
    assert "bandeau-notice" in got.text
    assert "palabre_uid" not in edge.pages.seen[-1].get("cookie", "")


# -- what is set --------------------------------------------------------------------------------------------------


def test_a_refused_set_cookie_is_taken_out_and_an_allowed_one_stays(edge: Running) -> None:
    sets = ("session=1; Path=/", "palabre_uid=2", "unknown=3; HttpOnly", "ps_id=4; Max-Age=100", "=nameless", "bare")
    edge.pages.table["/sets"] = Page(headers=(HTML, *(("set-cookie", one) for one in sets)))
    assert edge.get("/sets").all("set-cookie") == ["session=1; Path=/", "ps_id=4; Max-Age=100"]
    choice = edge.choose("accept-all").choice
    assert edge.get("/sets", headers={"cookie": choice}).all("set-cookie")[:3] == [
        "session=1; Path=/",
        "palabre_uid=2",
        "ps_id=4; Max-Age=100",
    ]


def test_headers_that_contact_a_refused_host_are_filtered_and_others_stay(edge: Running) -> None:
    quiet = '</b.css>; rel=preload, <https://x.example/>; rel="author"'
    link = f"<https://palabre.localhost/a.css>; rel=preload; as=style, {quiet}"
    edge.pages.table["/links"] = Page(
        headers=(
            HTML,
            ("link", link),
            ("refresh", "5; url=https://regie.localhost/"),
            ("report-to", '{"endpoints":[{"url":"https://regie.localhost/r"}]}'),
            ("x-own", "1"),
        )
    )
    got = edge.get("/links")
    assert got.one("link") == quiet
    assert not got.all("refresh")
    assert not got.all("report-to")
    assert got.one("x-own") == "1"


# -- the wall -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "text/html",
        "image/svg+xml",
        "application/xhtml+xml",
        "text/xml",
        "text/javascript",
        "application/pdf",
        "image/png",
        "font/woff2",
        "text/css",
        "video/mp4",
        "application/json",
        "text/plain",
    ],
)
def test_the_wall_stands_on_every_answer(edge: Running, content_type: str | None) -> None:
    headers = (("content-type", content_type),) if content_type else ()
    edge.pages.table["/any"] = Page((b"data",), headers)
    got = edge.get("/any")
    assert "default-src 'self'" in got.one("content-security-policy")
    assert got.body == (b"data" if content_type != "text/html" else got.body)


@pytest.mark.parametrize("content_type", ["image/png", "font/woff2", "text/css", "video/mp4", "application/json"])
def test_what_has_no_code_of_its_own_has_the_same_wall_for_everybody(edge: Running, content_type: str) -> None:
    edge.pages.table["/any"] = Page((b"data",), (("content-type", content_type),))
    accepted = edge.choose("accept-all").choice
    walls = {edge.get("/any", headers=told).one("content-security-policy") for told in ({}, {"cookie": accepted})}
    assert walls == {BARE_WALL.decode()}


def test_error_pages_are_walled_too(edge: Running) -> None:
    edge.pages.table["/gone"] = Page((b"<h1>gone</h1>",), (HTML,), 404)
    got = edge.get("/gone")
    assert got.status == 404
    assert "default-src 'self'" in got.one("content-security-policy")


def test_the_sites_own_policy_stays_beside_ours(edge: Running) -> None:
    edge.pages.table["/own"] = Page(headers=(HTML, ("content-security-policy", "script-src 'self'")))
    policies = edge.get("/own").all("content-security-policy")
    assert "script-src 'self'" in ", ".join(policies)
    assert len(policies) == 2 or policies[0].count("default-src") == 1


def test_the_wall_lists_what_the_choice_allows_and_no_more(edge: Running) -> None:
    wall = edge.get().one("content-security-policy")
    assert "stats.localhost" in wall
    assert "palabre.localhost" not in wall
    choice = edge.choose("allow-service", service="comments").choice
    wall = edge.get(headers={"cookie": choice}).one("content-security-policy")
    assert "palabre.localhost" in wall
    assert "regie.localhost" not in wall


# -- the page -----------------------------------------------------------------------------------------------------


def test_a_refused_script_is_inert_and_an_allowed_one_is_not_touched(edge: Running) -> None:
    held, own = b"<script src=https://palabre.localhost/e.js></script>", b"<script src=/own.js></script>"
    edge.pages.table["/article"] = article(held, own, b"<a href=https://palabre.localhost/>suivre</a>")
    got = edge.get("/article")
    assert held not in got.body
    assert own in got.body
    assert b"<a href=https://palabre.localhost/>suivre</a>" in got.body
    choice = edge.choose("accept-all").choice
    assert held in edge.get("/article", headers={"cookie": choice}).body


def test_the_guard_is_the_first_thing_in_the_head(edge: Running) -> None:
    edge.pages.table["/article"] = article(head=b"<script>first()</script>")
    body = edge.get("/article").body
    assert 0 < body.index(b"<head>") < body.index(b'"c":') < body.index(b"first()")


def test_the_guard_is_a_file_where_the_sites_own_policy_forbids_inline_scripts(edge: Running) -> None:
    edge.pages.table["/strict"] = Page(headers=(HTML, ("content-security-policy", "script-src 'self'")))
    body = edge.get("/strict").body
    assert b'<script data-turbo-track="reload" src="/.bandeau/guard.js' in body
    assert b'"c":' in edge.get("/.bandeau/guard.js").body
    edge.pages.table["/nonce"] = Page(headers=(HTML, ("content-security-policy", "script-src 'nonce-abc'")))
    assert b'<script data-turbo-track="reload" nonce="abc">' in edge.get("/nonce").body


def test_the_notice_is_there_until_a_choice_is_made_and_the_control_ever_after(edge: Running) -> None:
    assert 'id="bandeau-notice"' in edge.get().text
    for action in ("accept-all", "refuse-all"):
        text = edge.get(headers={"cookie": edge.choose(action).choice}).text
        assert 'id="bandeau-notice"' not in text
        assert 'id="bandeau-control"' in text


def test_the_notice_speaks_the_pages_language(edge: Running) -> None:
    edge.pages.table["/en"] = Page((b"<html lang=en><body>Hello</body></html>",))
    assert "Accept all" in edge.get("/en").text
    assert "Tout accepter" in edge.get("/").text


def test_a_page_whose_first_chunks_say_nothing_is_the_same_page(edge: Running) -> None:
    page = (
        b"<!doctype html>\n<html lang=en><body>Hello <script src=https://palabre.localhost/e.js></script></body></html>"
    )
    coded = gzip.compress(page)
    edge.pages.table["/whole"] = Page((page,), ())
    expected = edge.get("/whole").text
    assert "Accept all" in expected
    edge.pages.table["/whole"] = Page(tuple(page[at : at + 1] for at in range(len(page))), ())
    assert edge.get("/whole").text == expected
    chunks = tuple(coded[at : at + 1] for at in range(len(coded)))
    edge.pages.table["/whole"] = Page(chunks, (("content-encoding", "gzip"),))
    assert gzip.decompress(edge.get("/whole").body).decode() == expected


def test_what_only_begins_like_a_page_comes_byte_for_byte(edge: Running) -> None:
    edge.pages.table["/odd"] = Page((b"<", b"!", b"\x00 no page"), ())
    assert edge.get("/odd").body == b"<!\x00 no page"


@pytest.mark.parametrize("types", [("image/png", "text/html"), ("image/png, text/html",), ("text/html, x",), ("",)])
def test_of_several_types_the_one_that_browsers_believe_counts(edge: Running, types: tuple[str, ...]) -> None:
    page = b"<html><script src=https://palabre.localhost/e.js></script>"
    edge.pages.table["/types"] = Page((page,), tuple(("content-type", one) for one in types))
    got = edge.get("/types")
    assert "default-src" in got.one("content-security-policy")
    assert "bandeau-notice" in got.text
    assert " src=https" not in got.text


def test_a_compressed_page_is_rewritten_and_stays_compressed(edge: Running) -> None:
    page = b"<html lang=fr><body><img src=https://regie.localhost/p.gif>texte</body></html>"
    edge.pages.table["/gzip"] = Page((gzip.compress(page),), (HTML, ("content-encoding", "gzip")))
    got = edge.get("/gzip", headers={"accept-encoding": "gzip"})
    assert got.one("content-encoding") == "gzip"
    text = gzip.decompress(got.body)
    assert b"texte" in text
    assert b"bandeau-notice" in text
    assert b" src=https://regie.localhost/p.gif" not in text


def test_a_page_in_latin_1_keeps_its_bytes(edge: Running) -> None:
    page = "<html lang=fr><body>où, été</body></html>".encode("latin-1")
    edge.pages.table["/latin"] = Page((page,), (("content-type", "text/html; charset=iso-8859-1"),))
    body = edge.get("/latin").body
    assert "où, été".encode("latin-1") in body
    assert "Éditions du Port" in body.decode("latin-1") or b"&#201;ditions" in body


def test_what_is_not_a_page_passes_byte_for_byte(edge: Running) -> None:
    data = bytes(range(256)) * 50 + b"<script src=https://palabre.localhost/></script>"
    for kind in ("application/json", "image/png", "text/plain"):
        edge.pages.table["/data"] = Page((data[:100], data[100:]), (("content-type", kind),))
        assert edge.get("/data").body == data


def test_a_head_request_tells_what_get_would(edge: Running) -> None:
    got = edge.get("/", method="HEAD")
    assert got.status == 200
    assert got.body == b""
    assert "default-src" in got.one("content-security-policy")
    assert not got.all("content-length")


def test_a_page_that_an_application_gives_whole_goes_out_whole_with_its_length(tmp_path: Path) -> None:
    coded = Page((gzip.compress(Page().chunks[0]),), (HTML, ("content-encoding", "gzip")))
    pages = Pages({"/whole": Page(), "/parts": article(b"une", b"deux"), "/coded": coded})
    with behind("asgi", pages, tmp_path) as running:
        whole, parts, coded_page = (running.get(path) for path in pages.table)
    assert whole.one("content-length") == str(len(whole.body))
    assert "bandeau-notice" in whole.text
    # Of the others nothing is kept back until the end, however much follows.
    assert parts.all("content-length") == coded_page.all("content-length") == []


# -- caches -------------------------------------------------------------------------------------------------------


def test_only_the_neutral_page_may_be_kept_by_a_shared_cache(edge: Running) -> None:
    edge.pages.table["/cached"] = Page(headers=(HTML, ("cache-control", "public, max-age=600"), ("etag", '"a"')))
    neutral = edge.get("/cached")
    assert "s-maxage=600" in neutral.one("cache-control")
    assert "max-age=0" in neutral.one("cache-control")
    assert "Cookie" in neutral.one("vary")
    chosen = edge.get("/cached", headers={"cookie": edge.choose("refuse-all").choice})
    assert chosen.one("cache-control") == "private, no-cache"
    assert chosen.one("etag") != neutral.one("etag")


def test_a_page_is_revalidated_within_its_variant_only(edge: Running) -> None:
    edge.pages.table["/tagged"] = Page(headers=(HTML, ("etag", '"a"')))
    tag = edge.get("/tagged").one("etag")
    edge.get("/tagged", headers={"if-none-match": tag})
    assert '"a"' in edge.pages.seen[-1]["if-none-match"]
    choice = edge.choose("refuse-all").choice
    edge.get("/tagged", headers={"if-none-match": tag, "cookie": choice})
    assert "if-none-match" not in edge.pages.seen[-1]


def test_a_page_kept_since_before_bandeau_is_asked_for_anew(edge: Running) -> None:
    headers = {
        "if-none-match": '"a"',
        "if-modified-since": "Mon, 23 Nov 2026 06:00:00 GMT",
        "sec-fetch-dest": "document",
    }
    edge.get("/", headers=headers)
    assert not {"if-none-match", "if-modified-since"} & edge.pages.seen[-1].keys()
    edge.get("/", headers={**headers, "sec-fetch-dest": "style"})
    assert edge.pages.seen[-1]["if-none-match"] == '"a"'
    assert "if-modified-since" in edge.pages.seen[-1]


def test_a_page_that_the_site_calls_private_anywhere_stays_private(edge: Running) -> None:
    headers = (HTML, ("cache-control", "max-age=60"), ("cache-control", "private"), ("surrogate-control", "max-age=9"))
    edge.pages.table["/private"] = Page(headers=headers)
    got = edge.get("/private")
    assert got.one("cache-control") == "private, no-cache"
    assert not got.all("surrogate-control")
    edge.pages.table["/login"] = Page(headers=(HTML, ("cache-control", "max-age=60")))
    assert edge.get("/login", headers={"authorization": "Basic eDp5"}).one("cache-control") == "private, no-cache"


@pytest.mark.parametrize("body", [b"<li>un</li>", b'{"a": 1}', b"texte", b""])
def test_a_piece_that_a_script_fetches_gets_nothing_put_into_it(edge: Running, body: bytes) -> None:
    edge.pages.table["/piece"] = Page((body,))
    got = edge.get("/piece", headers={"sec-fetch-dest": "empty"})
    assert got.body == body
    assert "default-src" in got.one("content-security-policy")


def test_what_is_refused_is_held_in_a_fetched_piece_as_well(edge: Running) -> None:
    edge.pages.table["/piece"] = Page((b"<img src=https://regie.localhost/p.gif>",))
    got = edge.get("/piece", headers={"sec-fetch-dest": "empty"})
    assert got.body == b"<img data-bandeau-src=https://regie.localhost/p.gif>"


def test_a_whole_document_that_a_script_fetches_is_a_page(edge: Running) -> None:
    assert b"bandeau-notice" in edge.get("/", headers={"sec-fetch-dest": "empty"}).body


def test_a_page_in_a_frame_carries_the_guard_and_no_second_notice(edge: Running) -> None:
    body = edge.get("/", headers={"sec-fetch-dest": "iframe"}).body
    assert b'"c":' in body
    assert b'id="bandeau-allow"' in body
    assert b"bandeau-notice" not in body


def test_a_download_keeps_its_bytes(edge: Running) -> None:
    page = b"<html><body><img src=https://regie.localhost/p.gif></body></html>"
    edge.pages.table["/file"] = Page((page,), (HTML, ("content-disposition", 'attachment; filename="page.html"')))
    assert edge.get("/file").body == page


def test_a_coding_that_no_browser_knows_is_none(edge: Running) -> None:
    edge.pages.table["/odd"] = Page(headers=(HTML, ("content-encoding", "utf-8")))
    assert b"bandeau-notice" in edge.get("/odd").body


# -- the choice ---------------------------------------------------------------------------------------------------


def test_a_choice_is_recorded_before_it_is_answered(edge: Running) -> None:
    got = edge.choose("accept-all", back="/article")
    assert got.status == 303
    assert got.one("location") == "/article"
    history = edge.get("/.bandeau/my-choices.json", headers={"cookie": got.choice}).text
    assert '"action": "accept-all"' in history
    assert '"comments": true' in history


def test_choices_of_one_visitor_are_one_history_and_can_be_erased(edge: Running) -> None:
    first = edge.choose("accept-all").choice
    second = edge.choose("refuse-all", cookie=first).choice
    history = edge.get("/.bandeau/my-choices.json", headers={"cookie": second}).text
    assert history.index("accept-all") < history.index("withdraw")
    erased = edge.get("/.bandeau/erase", method="POST", headers={"cookie": second, "sec-fetch-site": "same-origin"})
    assert erased.status == 303
    assert "Max-Age=0" in erased.one("set-cookie")
    assert "accept-all" not in edge.get("/.bandeau/my-choices.json", headers={"cookie": second}).text


def test_a_refusal_expires_every_refused_cookie_seen_or_declared(edge: Running) -> None:
    choice = edge.choose("accept-all").choice
    got = edge.choose("refuse-all", cookie=f"{choice}; palabre_uid=1; session=2")
    expired = [one for one in got.all("set-cookie") if "Max-Age=0" in one]
    assert any(one.startswith("palabre_uid=;") for one in expired)
    assert any(one.startswith("regie_id=;") for one in expired)
    assert not any(one.startswith(("session=", "bandeau_choice=")) for one in expired)
    assert any("Domain=gazette.localhost" in one for one in expired)


def test_what_was_refused_and_is_still_there_is_expired_with_the_next_page(edge: Running) -> None:
    choice = edge.choose("refuse-all").choice
    got = edge.get("/", headers={"cookie": f"{choice}; stale=1"})
    assert any(one.startswith("stale=;") for one in got.all("set-cookie"))


def test_before_any_choice_nothing_is_expired(edge: Running) -> None:
    assert not edge.get("/", headers={"cookie": "stale=1"}).all("set-cookie")


def test_the_settings_allow_one_purpose_and_one_service(edge: Running) -> None:
    wall = edge.get(headers={"cookie": edge.choose("custom", purpose="social").choice}).one("content-security-policy")
    assert "palabre.localhost" in wall
    assert "regie.localhost" not in wall
    wall = edge.get(headers={"cookie": edge.choose("custom", service="video").choice}).one("content-security-policy")
    assert "scopia.localhost" in wall
    assert "palabre.localhost" not in wall


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/%09/evil",
        "",
        "javascript:alert(1)",
        "/a\r\nx: y",
    ],
)
def test_no_way_back_leads_away_from_the_site(edge: Running, place: str) -> None:
    from urllib.parse import quote

    location = edge.choose("refuse-all", back=quote(place, safe="")).one("location")
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    assert "\n" not in location


def test_another_site_cannot_choose_for_the_visitor(edge: Running) -> None:
    for headers in (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ):
        got = edge.get("/.bandeau/choice", method="POST", body=b"action=accept-all", headers=headers)
        assert got.status == 403
        assert not got.all("set-cookie")


def test_a_form_that_breaks_off_changes_nothing(edge: Running) -> None:
    with socket.create_connection(("127.0.0.1", edge.port)) as one:
        one.sendall(
            b"POST /.bandeau/choice HTTP/1.1\r\nHost: gazette.localhost\r\nContent-Length: 500\r\n\r\naction=accept-all"
        )
        one.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: one.recv(65536), b""))
    assert b"303" not in answer[:20]
    assert b"bandeau_choice" not in answer


def test_a_choice_cookie_that_somebody_planted_goes_with_the_next_page_and_choosing_works_again(edge: Running) -> None:
    both = edge.choose("refuse-all").choice + "; bandeau_choice=planted"
    edge.pages.table["/a/b"] = Page()
    expired = edge.get("/a/b", headers={"cookie": both}).all("set-cookie")
    assert any(one.startswith("bandeau_choice=;") and "Path=/a/b" in one for one in expired)
    answer = edge.choose("refuse-all", cookie=both, back="/a/b")
    sets = [one for one in answer.all("set-cookie") if one.startswith("bandeau_choice=")]
    assert "Path=/a" in " ".join(sets[:-1])
    assert "Max-Age=0" not in sets[-1]


def test_the_page_may_not_write_the_choice_itself(edge: Running) -> None:
    assert b'"c":[["bandeau_choice",false]' in edge.get().body


def test_erasing_withdraws_what_the_choice_had_allowed(edge: Running) -> None:
    choice = edge.choose("accept-all").choice
    headers = {"cookie": f"{choice}; regie_id=1", "sec-fetch-site": "same-origin"}
    erased = edge.get("/.bandeau/erase", method="POST", headers=headers)
    assert any(one.startswith("regie_id=;") for one in erased.all("set-cookie"))


@pytest.mark.parametrize(
    "body", [b"", b"action=", b"action=allow-service&service=nope", b"\xff\x00=&&==%zz", b"action=x"]
)
def test_a_form_that_asks_for_nothing_changes_nothing(edge: Running, body: bytes) -> None:
    got = edge.get("/.bandeau/choice", method="POST", body=body)
    assert got.status == 400
    assert not got.all("set-cookie")


def test_bandeaus_own_paths_answer_cleanly_whatever_is_asked(edge: Running) -> None:
    assert edge.get("/.bandeau/nope").status == 404
    assert edge.get("/.bandeau/choice").status == 405
    assert edge.get("/.bandeau/choice", method="POST", body=b"x" * 70_000).status == 413
    assert edge.get("/.bandeau/healthz").body == b"ok\n"
    assert edge.get("/.bandeau/report", method="POST", body=b"{").status == 204
    for page in ("settings", "policy", "my-choices"):
        got = edge.get(f"/.bandeau/{page}")
        assert got.status == 200
        assert "default-src 'none'" in got.one("content-security-policy")
        assert "no-store" in got.one("cache-control")


def test_a_privacy_signal_refuses_what_it_covers_until_a_later_choice(edge: Running) -> None:
    accepted = edge.choose("accept-all").choice
    wall = edge.get(headers={"cookie": accepted, "sec-gpc": "1"}).one("content-security-policy")
    assert "palabre.localhost" not in wall
    assert "scopia.localhost" in wall
    headers = {"sec-gpc": "1", "cookie": accepted}
    later = edge.get("/.bandeau/choice", method="POST", body=b"action=accept-all", headers=headers).choice
    wall = edge.get(headers={"cookie": later, "sec-gpc": "1"}).one("content-security-policy")
    assert "palabre.localhost" in wall


# -- whatever comes -----------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=200))
def test_no_cookie_header_breaks_the_page_or_lets_a_refused_cookie_through(edge: Running, header: str) -> None:
    got = edge.get(headers={"cookie": f"palabre_uid=1;{header};regie_id=2".strip()})
    assert got.status == 200
    left = edge.pages.seen[-1].get("cookie", "")
    names = [piece.partition("=")[0].strip() for piece in left.split(";")]
    assert not {"palabre_uid", "regie_id"} & set(names)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_no_form_breaks_the_choice(edge: Running, body: bytes) -> None:
    assert edge.get("/.bandeau/choice", method="POST", body=body).status in (303, 400)
    assert edge.get("/.bandeau/report", method="POST", body=body).status == 204


# -- observe mode -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", EDGES)
def test_observe_mode_changes_nothing_and_reports(kind: str, tmp_path: Path) -> None:
    body = b"<html><head></head><body><script src=https://palabre.localhost/e.js></script></body></html>"
    headers = (HTML, ("set-cookie", "palabre_uid=1"), ("etag", '"a"'), ("content-length", str(len(body))))
    pages = Pages({"/": Page((body,), headers)})
    with behind(kind, pages, tmp_path, DECLARATION.replace('"enforce"', '"observe"')) as running:
        got = running.get(headers={"cookie": "palabre_uid=1; unknown=2"})
        assert got.body == body
        assert got.all("set-cookie") == ["palabre_uid=1"]
        assert got.one("etag") == '"a"'
        assert not got.all("content-security-policy")
        assert "default-src" in got.one("content-security-policy-report-only")
        assert pages.seen[-1]["cookie"] == "palabre_uid=1; unknown=2"
        report = b'{"csp-report":{"effective-directive":"script-src-elem","blocked-uri":"https://palabre.localhost/e.js?q=1"}}'
        running.get("/.bandeau/report", method="POST", body=report)
        running.site.counts.write().result()
        counted = {(row.kind, row.what) for row in running.site.store.tallies()}
    assert ("observe script-src-elem", "palabre.localhost") in counted
    assert ("observe cookie-set", "palabre_uid") in counted
    assert ("observe cookie-read", "unknown") in counted


@pytest.mark.parametrize("kind", ["asgi", "proxy"])
def test_what_was_counted_is_written_when_the_server_ends(kind: str, tmp_path: Path) -> None:
    pages = Pages({"/": Page(headers=(HTML, ("set-cookie", "undeclared=1")))})
    with behind(kind, pages, tmp_path) as running:
        running.get()
        store = SQLiteStore(tmp_path / "data" / "bandeau.sqlite3")
        assert store.tallies() == ()
        running.stop()
        assert [(row.kind, row.what, row.times) for row in store.tallies()] == [("enforce cookie-set", "undeclared", 1)]
        store.close()


# -- when the record cannot be kept --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", EDGES)
def test_what_is_not_recorded_is_not_acknowledged_and_only_what_narrows_is_done(kind: str, tmp_path: Path) -> None:
    with behind(kind, Pages(), tmp_path) as running:
        accepted = running.choose("accept-all").choice
        running.site.store.close()
        wider = running.choose("accept-all")
        assert wider.status == 503
        assert wider.one("retry-after")
        assert not wider.all("set-cookie")
        for language in ("fr", "en"):
            assert f'<html lang="{language}"'.encode() in running.choose("accept-all", lang=language).body
        withdrawn = running.choose("refuse-all", cookie=accepted)
        assert withdrawn.status == 503
        wall = running.get(headers={"cookie": withdrawn.choice}).one("content-security-policy")
        assert "palabre.localhost" not in wall


# -- the smallest declaration -------------------------------------------------------------------------------------

NOTHING_ASKED = """
[site]
name = "Le Journal"
hosts = ["gazette.localhost"]
languages = ["fr"]
[site.controller]
name = "Le Journal SA"
"""


@pytest.mark.parametrize("kind", EDGES)
def test_a_site_that_declares_nothing_asks_nothing_and_holds_everything(kind: str, tmp_path: Path) -> None:
    pages = Pages({"/": article(b'<iframe src="https://video.example/" width=300 height=200></iframe>')})
    with behind(kind, pages, tmp_path, NOTHING_ASKED) as running:
        got = running.get(headers={"cookie": "any=1"})
        assert got.status == 200
        assert 'id="bandeau-notice"' not in got.text
        assert 'id="bandeau-control"' in got.text
        assert "bandeau-placeholder" in got.text
        assert b' src="https://video.example/"' not in got.body
        assert "cookie" not in pages.seen[-1]
        for own in ("settings", "policy", "my-choices"):
            assert running.get(f"/.bandeau/{own}").status == 200


@pytest.mark.parametrize("kind", EDGES)
def test_a_file_of_speculation_rules_names_nothing_that_is_held(kind: str, tmp_path: Path) -> None:
    types = ("content-type", "application/speculationrules+json")
    rules = b'{"prefetch":[{"urls":["https://unknown.example/x","/own"]}]}'
    coded = Page((gzip.compress(rules),), (types, ("content-encoding", "gzip")))
    with behind(kind, Pages({"/plain": Page((rules,), (types,)), "/coded": coded}), tmp_path) as running:
        assert running.get("/plain").body == b'{"prefetch":[{"urls":["/own"]}]}'
        assert gzip.decompress(running.get("/coded").body) == b'{"prefetch":[{"urls":["/own"]}]}'
