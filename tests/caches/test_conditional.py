"""Conditional requests, parts and HEAD through the real caches: right for each variant, and after a new choice."""

from __future__ import annotations

from pathlib import Path

import pytest

from caches.crawl import Origin, controlled
from support.caches import CACHES, Cache, caching
from support.sites import DECLARATION, Got, Running, fetch

PAGE = {"sec-fetch-dest": "document"}


def kept(cached: tuple[Cache, Running, Origin], path: str, headers: dict[str, str]) -> Got:
    """An answer that the cache has: nginx may still be writing it when the first visitor has got it."""
    cache, _, origin = cached
    for _ in range(500):
        before = origin.asked
        got = fetch(cache.port, path, headers=headers)
        if origin.asked == before:
            return got
    raise AssertionError(f"{cache.name} does not keep {path}")


def choices(bandeau: Running) -> list[dict[str, str]]:
    """The headers of four who get different pages."""
    return [
        {},
        {"sec-gpc": "1"},
        {"cookie": bandeau.choose("accept-all").choice},
        {"cookie": bandeau.choose("refuse-all").choice},
    ]


def test_each_variant_is_confirmed_by_its_own_tag_and_by_no_other(cached: tuple[Cache, Running, Origin]) -> None:
    cache, bandeau, _ = cached
    who = choices(bandeau)

    def ask(mine: dict[str, str], tag: str = "") -> Got:
        return fetch(cache.port, "/article/1", headers={**PAGE, **mine, **({"if-none-match": tag} if tag else {})})

    tags = [ask(mine).one("etag") for mine in who]
    assert len(set(tags)) == len(who)
    for mine, own in zip(who, tags, strict=True):
        for tag in tags:
            got = ask(mine, tag)
            # A choice that was made or changed since is seen at once.
            assert got.status == (304 if tag == own else 200)
            assert got.one("etag") == own
            assert (got.body == b"") is (tag == own)


def test_a_page_kept_since_before_bandeau_is_replaced(cached: tuple[Cache, Running, Origin]) -> None:
    cache, _, _ = cached
    kept = {"if-none-match": '"/article/2"', "if-modified-since": "Wed, 25 Nov 2026 06:00:00 GMT"}
    for _ in range(2):
        got = fetch(cache.port, "/article/2", headers={**PAGE, **kept})
        assert got.status == 200
        assert b"bandeau-notice" in got.body
        assert not got.all("last-modified")


def test_pictures_and_scripts_are_confirmed_and_cut_as_before(cached: tuple[Cache, Running, Origin]) -> None:
    cache, bandeau, origin = cached
    for path, destination in (("/picture/1.png", "image"), ("/script/30.js", "script")):
        for mine in choices(bandeau):
            sent = {**mine, "sec-fetch-dest": destination}
            whole = kept(cached, path, sent)
            assert whole.one("etag") == f'"{path}"'
            asked = origin.asked
            assert fetch(cache.port, path, headers={**sent, "if-none-match": f'"{path}"'}).status == 304
            since = {"if-modified-since": whole.one("last-modified")}
            assert fetch(cache.port, path, headers={**sent, **since}).status == 304
            assert origin.asked == asked
        if cache.name == "varnish":  # nginx cuts only what the site itself would cut
            part = fetch(cache.port, path, headers={**sent, "range": "bytes=1-3"})
            assert (part.status, part.body) == (206, whole.body[1:4])


def test_a_script_and_the_same_file_as_a_worker_are_kept_apart(cached: tuple[Cache, Running, Origin]) -> None:
    cache, bandeau, _ = cached
    for mine in (*choices(bandeau), *choices(bandeau)):
        script, worker = (
            fetch(cache.port, "/script/31.js", headers={**mine, "sec-fetch-dest": one}) for one in ("script", "worker")
        )
        assert b'"c":' not in script.body
        assert worker.body.endswith(script.body)
        assert b'"c":' in worker.body
        crossed = {**mine, "sec-fetch-dest": "worker", "if-none-match": script.one("etag")}
        assert fetch(cache.port, "/script/31.js", headers=crossed).status == 200


def test_head_tells_what_get_would_and_never_of_another(cached: tuple[Cache, Running, Origin]) -> None:
    cache, bandeau, _ = cached
    for mine in choices(bandeau):
        head = fetch(cache.port, "/article/3", method="HEAD", headers={**PAGE, **mine})
        got = fetch(cache.port, "/article/3", headers={**PAGE, **mine})
        assert head.body == b""
        for header in ("etag", "content-security-policy", "vary", "cache-control"):
            assert head.one(header) == got.one(header)


@pytest.mark.parametrize("name", CACHES)
def test_after_a_change_of_the_declaration_old_pages_can_be_thrown_away_at_once(name: str, tmp_path: Path) -> None:
    with controlled(tmp_path / "site") as (origin, bandeau), caching(name, bandeau.port, tmp_path / "cache") as cache:
        assert "Régie" in DECLARATION
        picture = fetch(cache.port, "/picture/1.png", headers={"sec-fetch-dest": "image"})
        fetch(cache.port, "/article/1", headers=PAGE)
        asked = origin.asked
        cache.forget_pages()
        assert fetch(cache.port, "/article/1", headers=PAGE).status == 200
        assert origin.asked == asked + 1
        if name == "varnish":
            assert fetch(cache.port, "/picture/1.png", headers={"sec-fetch-dest": "image"}).body == picture.body
            assert origin.asked == asked + 1
