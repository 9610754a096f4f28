from collections.abc import Iterator

import pytest

from support.asking import Stage, stage


@pytest.fixture(scope="package")
def browser() -> Iterator[Stage]:
    with stage() as one:
        yield one
