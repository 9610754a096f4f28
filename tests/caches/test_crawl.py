"""A crawl through the real caches: nobody ever gets another's variant, and caches go on to be worth having."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from caches.crawl import REQUESTS, Origin, complaints, controlled, crawl, visitors, walks
from support.caches import CACHES, Edit, caching
from support.servers import serve_asgi


def seen_through(
    name: str, folder: Path, seed: int, edit: Edit = str, requests: int = REQUESTS
) -> tuple[float, list[str]]:
    """The hit rate of a crawl, and what was wrong with its answers."""
    with controlled(folder / "site") as (origin, bandeau), caching(name, bandeau.port, folder / "cache", edit) as cache:
        who = visitors(bandeau.port)
        answers = list(crawl(cache.port, walks(seed, who, requests)))
        misses = origin.asked
        wrong = [
            f"{visitor.name} got {asked}: {complaint}"
            for visitor, asked, got in answers
            for complaint in complaints(visitor, asked, got, visitor.wanted(bandeau.port, asked))
        ]
    assert len(answers) == requests
    return 1 - misses / requests, wrong


def _unkeyed_varnish(text: str) -> str:
    stored = 'set beresp.http.Vary = regsub(beresp.http.Vary, "Bandeau-Variant, ", "");'
    return text.replace("return (deliver);", f"{stored} return (deliver);", 1)


def _unkeyed_nginx(text: str) -> str:
    return text.replace('$request_uri $bandeau_variant";', '$request_uri";', 1)


_UNKEYED = {"varnish": _unkeyed_varnish, "nginx": _unkeyed_nginx}


def bare_hit_rate(name: str, folder: Path, seed: int) -> float:
    """The hit rate of the same crawl through the same cache in front of the site without Bandeau and its variants."""
    with controlled(folder / "site") as (_, bandeau):
        who = visitors(bandeau.port)
    origin = Origin()
    with serve_asgi(origin) as port, caching(name, port, folder / "cache", _UNKEYED[name]) as cache:
        assert all(got.status == 200 for _, _, got in crawl(cache.port, walks(seed, who)))
    return 1 - origin.asked / REQUESTS


@pytest.mark.parametrize("name", CACHES)
def test_in_ten_thousand_requests_nobody_gets_anothers_variant_and_the_cache_stays_worth_having(
    name: str, tmp_path: Path
) -> None:
    seed = random.randrange(1 << 32)
    sys.stdout.write(f"\n{name}: the crawl's seed is {seed}\n")
    rate, wrong = seen_through(name, tmp_path / "controlled", seed)
    assert wrong == []
    bare = bare_hit_rate(name, tmp_path / "bare", seed)
    sys.stdout.write(f"{name}: {rate:.3f} of the requests hit, {bare:.3f} without Bandeau: {rate / bare:.3f} of it\n")
    assert rate > 0.9 * bare


@pytest.mark.parametrize("name", CACHES)
def test_a_cache_that_does_not_key_by_variant_is_caught(name: str, tmp_path: Path) -> None:
    _, wrong = seen_through(name, tmp_path, seed=1, edit=_UNKEYED[name], requests=600)
    assert any("another visitor" in one for one in wrong)
