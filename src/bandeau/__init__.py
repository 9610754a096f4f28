"""Bandeau: declare your trackers, ask the visitor, enforce the answer, record the proof.

The names below are the promised ones; they are imported when first used, so that a command that needs none of them
starts at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bandeau.declare import parse_declaration, read_declaration
    from bandeau.errors import BandeauError, DeclarationError, Problem, SetupError, StoreError
    from bandeau.model import Choice, Declaration
    from bandeau.serve.asgi import ASGIMiddleware
    from bandeau.serve.opening import open_site
    from bandeau.serve.site import Site
    from bandeau.serve.wsgi import WSGIMiddleware

__version__ = "0.1.0"

_HOMES = {
    "ASGIMiddleware": "bandeau.serve.asgi",
    "BandeauError": "bandeau.errors",
    "Choice": "bandeau.model",
    "Declaration": "bandeau.model",
    "DeclarationError": "bandeau.errors",
    "Problem": "bandeau.errors",
    "SetupError": "bandeau.errors",
    "Site": "bandeau.serve.site",
    "StoreError": "bandeau.errors",
    "WSGIMiddleware": "bandeau.serve.wsgi",
    "open_site": "bandeau.serve.opening",
    "parse_declaration": "bandeau.declare",
    "read_declaration": "bandeau.declare",
}

__all__ = [
    "ASGIMiddleware",
    "BandeauError",
    "Choice",
    "Declaration",
    "DeclarationError",
    "Problem",
    "SetupError",
    "Site",
    "StoreError",
    "WSGIMiddleware",
    "open_site",
    "parse_declaration",
    "read_declaration",
]


def __getattr__(name: str) -> Any:
    """Import a promised name when it is first asked for (PEP 562)."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'bandeau' has no attribute {name!r}")
    return getattr(import_module(home), name)
