"""The frame that one embed is shown in: no door for another site, no markup from outside, no way past the choice."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from bandeau.errors import StoreError
from support.sites import Got, Pages, Running, behind, fetch

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


# -- shown for this once -------------------------------------------------------------------------------------------

FRAME = f"/.bandeau/embed?url={quote(FILM, safe='')}&allow=autoplay&lang=fr&back=/a"


def once(running: Running, back: str = FRAME, cookie: str = "", service: str = "video") -> Got:
    return running.choose("allow-once", cookie, back=quote(back, safe=""), service=service)


def follow(running: Running, answer: Got, cookie: str | None = None, **headers: str) -> Got:
    sent = {**HERE, **headers, "cookie": answer.choice if cookie is None else cookie}
    return running.get(answer.one("location"), headers=sent)


def test_shown_once_the_embed_is_there_and_the_choice_is_as_it_was(running: Running) -> None:
    answer = once(running)
    assert (answer.status, answer.one("cache-control")) == (303, "no-store")
    got = follow(running, answer)
    assert (frames(got), got.one("cache-control")) == ([FILM], "no-store")
    assert 'allow="autoplay"' in got.text
    assert frames(running.get(FRAME, headers={**HERE, "cookie": answer.choice})) == []
    assert 'id="bandeau-notice"' in running.get(headers={"cookie": answer.choice}).text


def test_the_wall_of_what_is_shown_once_lets_in_that_service_alone(running: Running) -> None:
    chosen = running.choose("allow-service", service="comments").choice
    _, wall = follow(running, once(running, cookie=chosen), chosen).all("content-security-policy")
    assert "scopia.localhost" in wall
    assert "palabre.localhost" not in wall


def test_who_has_chosen_keeps_that_cookie_and_no_other_is_set(running: Running) -> None:
    assert once(running, cookie=running.choose("refuse-all").choice).all("set-cookie") == []


def test_it_is_recorded_as_a_consent_to_that_service_and_can_be_seen_and_erased(running: Running) -> None:
    cookie = once(running).choice
    (row,) = json.loads(running.get("/.bandeau/my-choices.json", headers={"cookie": cookie}).text)["choices"]
    assert (row["action"], row["services"], row["purposes"]) == ("allow-once", {"video": True}, {})
    page = running.get("/.bandeau/my-choices?lang=fr", headers={"cookie": cookie}).text
    assert "Afficher cette fois" in page
    later = running.choose("refuse-all", cookie)
    rows = json.loads(running.get("/.bandeau/my-choices.json", headers={"cookie": later.choice}).text)["choices"]
    assert [row["action"] for row in rows] == ["allow-once", "refuse-all"]


def test_nothing_is_shown_once_that_could_not_be_recorded(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_entry: object) -> None:
        raise StoreError("no disk")

    monkeypatch.setattr(running.site.store, "append", refused)
    answer = once(running)
    assert (answer.status, answer.all("location"), answer.all("set-cookie")) == (503, [], [])


@pytest.mark.parametrize(
    ("back", "service"),
    [
        ("/", "video"),
        ("https://evil.example/.bandeau/embed?url=" + FILM, "video"),
        ("//evil.example/.bandeau/embed?url=" + FILM, "video"),
        ("/.bandeau/embed", "video"),
        ("/.bandeau/embed?url=https://evil.example/", "video"),
        ("/.bandeau/embed?url=http://gazette.localhost/", "video"),
        (FRAME, "comments"),
        (FRAME, "nothing"),
        (FRAME, ""),
        ("/.bandeau/embed?url=https://stats.localhost/a", "stats"),
    ],
)
def test_nothing_but_the_frame_of_an_embed_of_that_service_is_shown_once(
    running: Running, back: str, service: str
) -> None:
    answer = once(running, back, service=service)
    assert (answer.status, answer.all("location"), answer.all("set-cookie")) == (400, [], [])


def test_a_leave_holds_for_its_own_address_browser_and_choice_only(running: Running) -> None:
    cookie = running.choose("refuse-all").choice
    answer = once(running, cookie=cookie)
    place = answer.one("location")
    assert frames(follow(running, answer, cookie)) == [FILM]
    other = place.replace("film", "other"), place.replace("scopia.localhost", "palabre.localhost")
    forged = place[:-1] + ("A" if place[-1] != "A" else "B"), place.partition("once=")[0] + "once=9999999999."
    for changed in (*other, *forged):
        assert frames(running.get(changed, headers={**HERE, "cookie": cookie})) == []
    for another in (
        "",
        running.choose("refuse-all").choice,
        running.choose("allow-service", cookie, service="ads").choice,
    ):
        assert frames(follow(running, answer, another)) == []


def test_a_leave_ends(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = once(running)
    now = running.site.now_ms()
    for seconds, shown in ((100, [FILM]), (130, [])):
        monkeypatch.setattr(running.site, "now_ms", lambda seconds=seconds: now + seconds * 1000)
        assert frames(follow(running, answer)) == shown


def test_what_asks_again_in_the_frame_carries_no_leave_on(running: Running) -> None:
    answer = once(running)
    got = running.get(answer.one("location"), headers=HERE)
    assert "once=" not in got.text
    assert "Afficher cette fois" in got.text


def test_no_other_site_can_have_anything_shown_once(running: Running) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "cross-site"}
    body = f"action=allow-once&service=video&back={quote(FRAME, safe='')}".encode()
    assert fetch(running.port, "/.bandeau/choice", method="POST", body=body, headers=headers).status == 403
    assert follow(running, once(running), **{"sec-fetch-site": "cross-site"}).status == 403


def test_under_a_signal_the_later_act_shows_it_once(running: Running) -> None:
    comments = "https://palabre.localhost/fil"
    body = f"action=allow-once&service=comments&back={quote(f'/.bandeau/embed?url={comments}', safe='')}".encode()
    headers = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin", "sec-gpc": "1"}
    answer = fetch(running.port, "/.bandeau/choice", method="POST", body=body, headers=headers)
    assert frames(follow(running, answer, **{"sec-gpc": "1"})) == [comments]


def test_what_was_set_for_the_sites_own_domain_meanwhile_goes_with_the_next_page(running: Running) -> None:
    cookie = once(running).choice
    page = running.get("/", headers={"cookie": f"{cookie}; scopia_id=1; session=2"})
    assert any(line.startswith("scopia_id=;") for line in page.all("set-cookie"))
    assert not any(line.startswith(("session", "bandeau")) for line in page.all("set-cookie"))
