"""The frame that one embed is shown in: no door for another site, no markup from outside, no way past the choice."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from support.sites import Got, Pages, Running, behind

HERE = {"sec-fetch-site": "same-origin", "sec-fetch-dest": "iframe"}
FILM = "https://scopia.localhost/film?id=1&list=2"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with behind("asgi", Pages(), tmp_path_factory.mktemp("late")) as one:
        yield one


@pytest.fixture(scope="module")
def allowed(running: Running) -> str:
    return running.choose("allow-service", service="video").choice


def ask(running: Running, url: str, cookie: str = "", more: str = "", **headers: str) -> Got:
    sent = {**HERE, **{name.replace("_", "-"): value for name, value in headers.items()}}
    if cookie:
        sent["cookie"] = cookie
    return running.get(f"/.bandeau/embed?url={quote(url, safe='')}&lang=fr&back=/a{more}", headers=sent)


def frames(got: Got) -> list[str]:
    return [node.attributes["src"] or "" for node in LexborHTMLParser(got.text).css("iframe")]


def test_an_allowed_embed_is_framed_as_it_was_named(running: Running, allowed: str) -> None:
    got = ask(running, FILM, allowed)
    assert (got.status, frames(got)) == (200, [FILM])
    assert "<script" not in got.text


def test_without_the_choice_its_placeholder_stands_there(running: Running) -> None:
    for cookie in ("", running.choose("refuse-all").choice):
        got = ask(running, FILM, cookie)
        assert (got.status, frames(got)) == (200, [])
        assert "Autoriser Scopia" in got.text


def test_what_another_service_may_do_this_one_may_not(running: Running, allowed: str) -> None:
    got = ask(running, "https://palabre.localhost/fil", allowed)
    assert frames(got) == []
    assert "Autoriser Palabre" in got.text


def test_what_nobody_declared_is_not_framed_and_cannot_be_allowed(running: Running) -> None:
    got = ask(running, "https://evil.example/", running.choose("accept-all").choice)
    assert frames(got) == []
    assert "<button" not in got.text


def test_what_nobody_would_miss_leaves_the_frame_empty(running: Running) -> None:
    got = ask(running, "https://regie.localhost/pub")
    assert LexborHTMLParser(got.text).body.text() == ""  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "/article",
        "//scopia.localhost/film",
        "http://gazette.localhost/article",
        "https://gazette.localhost/.bandeau/settings",
        "blob:https://scopia.localhost/1",
        "https://scopia.localhost/" + "a" * 3000,
    ],
)
def test_what_is_no_third_partys_address_is_not_found(running: Running, allowed: str, url: str) -> None:
    assert ask(running, url, allowed).status == 404


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("name", ["embed", "notice"])
def test_no_other_site_gets_it(running: Running, allowed: str, site: str, name: str) -> None:
    headers = {"sec-fetch-site": site, "cookie": allowed}
    assert running.get(f"/.bandeau/{name}?url={quote(FILM)}", headers=headers).status == 403


def test_two_policies_stand_on_it_of_which_one_is_the_wall_of_the_choice(running: Running, allowed: str) -> None:
    strict, wall = ask(running, FILM, allowed).all("content-security-policy")
    for part in ("default-src 'none'", "frame-ancestors 'self'", "base-uri 'none'"):
        assert part in strict
    assert "script-src" not in strict
    assert "scopia.localhost" in wall
    assert "palabre.localhost" not in wall
    assert ask(running, FILM, allowed).one("cache-control") == "no-store"


def test_the_policy_names_the_style_that_stands_in_it(running: Running, allowed: str) -> None:
    got = ask(running, FILM, allowed)
    style = LexborHTMLParser(got.text).css_first("style").text()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in got.all("content-security-policy")[0]


@given(
    url=st.builds("https://scopia.localhost/{}".format, st.text(max_size=60)),
    allow=st.text(max_size=60),
    back=st.text(max_size=60),
)
def test_nothing_from_outside_becomes_markup(url: str, allow: str, back: str) -> None:
    got = _Shared.ask(url, allow, back)
    if got.status == 404:
        return
    tree = LexborHTMLParser(got.text)
    assert [node.tag for node in tree.css("body *")] == ["iframe"]
    (frame,) = tree.css("iframe")
    assert set(frame.attributes) <= {"src", "title", "allow"}
    assert all(part.strip().replace("-", "").isalpha() for part in (frame.attributes.get("allow") or "a").split(";"))


class _Shared:
    """Hypothesis takes no fixture of a function's; one running site serves every example."""

    running: Running
    cookie: str

    @classmethod
    def ask(cls, url: str, allow: str, back: str) -> Got:
        query = "&".join(
            f"{name}={quote(value, safe='')}" for name, value in (("url", url), ("allow", allow), ("back", back))
        )
        return cls.running.get(f"/.bandeau/embed?{query}", headers={**HERE, "cookie": cls.cookie})


@pytest.fixture(scope="module", autouse=True)
def _shared(running: Running, allowed: str) -> None:
    _Shared.running, _Shared.cookie = running, allowed


def test_the_notice_is_given_as_it_stands_now(running: Running, allowed: str) -> None:
    asking = running.get("/.bandeau/notice?lang=fr&back=/a", headers=HERE)
    assert 'id="bandeau-notice"' in asking.text
    got = running.get("/.bandeau/notice?lang=fr&back=/a", headers={**HERE, "cookie": allowed})
    assert 'id="bandeau-control"' in got.text
    assert got.one("cache-control") == "no-store"
    away = running.get("/.bandeau/notice?lang=fr&back=//evil.example/", headers={**HERE, "cookie": allowed})
    assert "evil" not in away.text
