"""Who sends a made-up cookie, or a variant's name of their own, poisons no cache and gets nothing but a public page."""

from __future__ import annotations

from caches.crawl import Asked, Origin, Visitor, complaints, visitors
from support.caches import Cache
from support.sites import Got, Running, fetch

FORGED_MAC = "AAAAAAAAAAAAAAAAAAAAAA"


def name_of(visitor: Visitor) -> str:
    return visitor.headers["cookie"].partition("bandeau_choice=")[2].partition(".")[0]


def through(cache: Cache, path: str, headers: dict[str, str]) -> Got:
    return fetch(cache.port, path, headers={"sec-fetch-dest": "document", **headers})


def test_no_forger_ever_poisons_what_honest_visitors_get(cached: tuple[Cache, Running, Origin]) -> None:
    cache, bandeau, _ = cached
    who = visitors(bandeau.port)
    honest = {visitor.name: visitor for visitor in who}
    names = [name_of(honest["accepting"]), name_of(honest["refusing"])]
    payload = honest["refusing"].headers["cookie"].split(".")[1]
    forgeries: list[dict[str, str]] = [{"bandeau-variant": one} for one in (*names, "none", "none-gpc", "", "x" * 2000)]
    for one in (*names, "none", "none-gpc", names[0] + "-gpc"):
        for cookie in (
            f"bandeau_choice={one}",
            f"bandeau_choice={one}.",
            f"bandeau_choice={one}.{payload}.{FORGED_MAC}",
            f"bandeau_choice={one}.{'A' * 3900}.{FORGED_MAC}",
            f"bandeau_choice ={one}.{payload}.{FORGED_MAC}",
            f" ;;bandeau_choice={one}.{payload}.{FORGED_MAC};",
            f"x=bandeau_choice={one}.{payload}.{FORGED_MAC}",
            f"bandeau_choice={one}.{payload}.{FORGED_MAC}; {honest['refusing'].headers['cookie']}",
            honest["accepting"].headers["cookie"].replace(names[0], one) + "; ps_id=1",
        ):
            forgeries += [{"cookie": cookie}, {"cookie": cookie, "sec-gpc": "1"}]
    for number, forgery in enumerate(forgeries):
        asked = Asked(f"/article/{number}", "document")
        assert through(cache, asked.path, forgery).status in (200, 400)  # 400: the cache itself refuses the header
        for visitor in who:
            got = through(cache, asked.path, visitor.headers)
            assert list(complaints(visitor, asked, got, visitor.wanted(bandeau.port, asked))) == [], forgery


def test_the_liar_gets_a_public_page_and_nobodys_own(cached: tuple[Cache, Running, Origin]) -> None:
    cache, bandeau, _ = cached
    honest = {visitor.name: visitor for visitor in visitors(bandeau.port)}
    accepting = honest["accepting"]
    mine = through(cache, "/article/liar", {"cookie": accepting.headers["cookie"] + "; session=mine"})
    assert b"Bonjour session=mine" in mine.body
    public = through(cache, "/article/liar", accepting.headers)
    assert b"Bonjour" not in public.body
    lied = through(cache, "/article/liar", {"cookie": f"bandeau_choice={name_of(accepting)}.AAAA.{FORGED_MAC}"})
    assert lied.body == public.body


def test_a_page_made_with_a_session_is_never_shared_whatever_the_site_says(
    cached: tuple[Cache, Running, Origin],
) -> None:
    cache, bandeau, origin = cached
    honest = {visitor.name: visitor for visitor in visitors(bandeau.port)}
    choice = honest["refusing"].headers["cookie"]
    for cookie in ("session=1", f"{choice}; session=1", f"session=1; {choice}", f"session=1; {choice}; ps_id=1"):
        before = origin.asked
        for _ in range(2):
            assert b"Bonjour session=1" in through(cache, "/article/session", {"cookie": cookie}).body
        assert origin.asked == before + 2
        for other in honest.values():
            assert b"Bonjour" not in through(cache, "/article/session", other.headers).body
    credentials = {"authorization": "Basic eDp5"}
    before = origin.asked
    through(cache, "/article/session", credentials)
    assert origin.asked == before + 1


def test_what_is_refused_and_still_there_goes_with_the_next_page(cached: tuple[Cache, Running, Origin]) -> None:
    cache, bandeau, _ = cached
    honest = {visitor.name: visitor for visitor in visitors(bandeau.port)}
    through(cache, "/article/left", honest["refusing"].headers)
    got = through(cache, "/article/left", {"cookie": honest["refusing"].headers["cookie"] + "; palabre_uid=1"})
    assert any(one.startswith("palabre_uid=;") for one in got.all("set-cookie"))
    assert not through(cache, "/article/left", honest["refusing"].headers).all("set-cookie")


def test_choosing_goes_through_the_cache_and_the_next_page_is_the_chosen_one(
    cached: tuple[Cache, Running, Origin],
) -> None:
    cache, bandeau, _ = cached
    for _ in range(2):
        assert b'id="bandeau-notice"' in through(cache, "/article/choosing", {}).body
    chosen = Running(cache.port, bandeau.pages, bandeau.site, bandeau.stop).choose(
        "accept-all", back="/article/choosing"
    )
    assert (chosen.status, chosen.one("location")) == (303, "/article/choosing")
    assert b'id="bandeau-notice"' not in through(cache, "/article/choosing", {"cookie": chosen.choice}).body
    for page in ("settings", "my-choices", "my-choices.json"):
        path = f"/.bandeau/{page}"
        assert through(cache, path, {"cookie": chosen.choice}).status == 200
        assert "no-store" in through(cache, path, {"cookie": chosen.choice}).one("cache-control")
    mine = through(cache, "/.bandeau/my-choices.json", {"cookie": chosen.choice}).text
    assert "accept-all" in mine
    another = through(cache, "/.bandeau/my-choices.json", {"cookie": f"bandeau_choice={mine[:12]}.A.{FORGED_MAC}"}).text
    assert "accept-all" not in another
