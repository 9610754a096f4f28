"""The pytest plug-in: the fixture ``promise_kept``. It costs nothing where it is not used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what the fixture takes where a test does not say: ``bandeau_declaration`` and ``bandeau_fail_on``."""
    parser.addini("bandeau_declaration", "the declaration that promise_kept holds pages against", type="string")
    parser.addini("bandeau_fail_on", "codes or severities that make promise_kept fail (errors)", type="args")


@pytest.fixture
def promise_kept(pytestconfig: pytest.Config) -> Callable[..., None]:
    """``promise_kept(url)`` fails where a finding says that the promise is broken; see ``assert_promise_kept``."""
    from bandeau.testing import assert_promise_kept

    declaration = pytestconfig.getini("bandeau_declaration")
    given = {
        "declaration": _from_root(pytestconfig, declaration) if declaration else None,
        "fail_on": pytestconfig.getini("bandeau_fail_on"),
    }
    return lambda *urls, **options: assert_promise_kept(*urls, **{**given, **options})


def _from_root(config: pytest.Config, path: str) -> Path:
    return config.rootpath / path
