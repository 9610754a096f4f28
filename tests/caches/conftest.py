"""The site behind each of the real caches, and the plain site behind it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from caches.crawl import Origin, controlled
from support.caches import CACHES, Cache, caching
from support.sites import Running


@pytest.fixture(scope="module", params=CACHES)
def cached(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Cache, Running, Origin]]:
    folder = tmp_path_factory.mktemp(request.param)
    with (
        controlled(folder / "site") as (origin, bandeau),
        caching(request.param, bandeau.port, folder / "cache") as cache,
    ):
        yield cache, bandeau, origin
