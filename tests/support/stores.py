"""The stores that have to keep the same promises."""

from __future__ import annotations

from bandeau.record.stores import Store
from bandeau.record.stores.postgres import PostgresStore
from bandeau.record.stores.sqlite import SQLiteStore

LOG = "news.example/.bandeau/log"


def open_store(kind: str, place: str) -> Store:
    """A store of a kind, in its place: a file, or a database."""
    return SQLiteStore(place) if kind == "sqlite" else PostgresStore(place, LOG)
