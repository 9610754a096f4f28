from collections.abc import Callable, Iterator
from concurrent import futures
from concurrent.futures import Future
from typing import Any

import pytest

from support.asking import Stage, raised

AT_ONCE = 4
"""Plays at once: most of a play is waiting for a notice, or for a page to react."""


@pytest.fixture(scope="package")
def driver() -> Iterator[Stage]:
    with raised() as one:
        yield one


Begin = Callable[[Any], "Future[Any]"]


@pytest.fixture(scope="module")
def _begun() -> Iterator[dict[Any, "Future[Any]"]]:
    begun: dict[Any, Future[Any]] = {}
    yield begun
    futures.wait(begun.values(), timeout=300)  # whose tests another process took over


@pytest.fixture
def ahead(request: pytest.FixtureRequest, _begun: dict[Any, "Future[Any]"]) -> Callable[[Begin], Any]:
    """What became of the play that the parameter ``play`` names; those of the tests that come next go on beside it.

    A test that is run again plays again.
    """

    def wait(begin: Begin) -> Any:
        items = request.session.items
        here = items.index(request.node)
        near = [item for item in items[here : here + AT_ONCE] if item.path == request.node.path]
        soon = [item.callspec.params.get("play") for item in near if hasattr(item, "callspec")]
        for play in soon:
            if play is not None and play not in _begun:
                _begun[play] = begin(play)
        return _begun.pop(soon[0]).result(timeout=300)

    return wait
