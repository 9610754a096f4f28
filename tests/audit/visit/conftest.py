from collections.abc import Iterator

import pytest

from support.asking import Stage, raised


@pytest.fixture(scope="package")
def driver() -> Iterator[Stage]:
    with raised() as one:
        yield one
