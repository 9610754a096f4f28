"""Who is asked again is told why, and nobody else is, whatever a real cache has kept before."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from caches.crawl import Asked, Visitor, complaints, controlled, visitors
from support.caches import CACHES, caching
from support.sites import DECLARATION, Pages, behind, fetch

OLDER = DECLARATION.replace('recipient = "Palabre SA"', 'recipient = "Palabre SARL"')
SENTENCE = "Depuis votre dernier choix"


@pytest.mark.parametrize("kind", CACHES)
def test_no_real_cache_gives_the_sentence_to_anybody_else(kind: str, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    with behind("asgi", Pages(), tmp_path / "site", OLDER, keyed_cache=True) as older:
        choices = [older.choose(action).choice for action in ("accept-all", "refuse-all")]
    with controlled(tmp_path / "site") as (_, bandeau), caching(kind, bandeau.port, tmp_path / "cache") as cache:
        honest = visitors(bandeau.port)
        lapsed = [Visitor(choice, {"cookie": choice}, frozenset({"stats"}), asked=True) for choice in choices]
        for number, order in enumerate(itertools.permutations((*lapsed, *honest[:1], *honest[-1:]))):
            asked = Asked(f"/article/{number}", "document")
            for visitor in (*order, *order, *honest):
                got = fetch(cache.port, asked.path, headers=visitor.sent(asked))
                assert (SENTENCE in got.text) is (visitor in lapsed)
                assert list(complaints(visitor, asked, got, visitor.wanted(bandeau.port, asked))) == []
