"""What is left when a server is lost: real servers, killed and stopped in the midst of work."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

import pytest

from bandeau.errors import StoreError
from bandeau.record.entry import commitment
from bandeau.record.leaf import Kind, leaf_of
from bandeau.record.stores import Head, Store, postgres_connection
from bandeau.record.stores.postgres import PostgresStore
from support.postgres import Server, until
from support.records import entry
from support.trees import tree_hash

LOG = "news.example/.bandeau/log"


@pytest.fixture
def pair() -> Iterator[tuple[Server, Server]]:
    """A primary, and a standby that follows it."""
    primary = Server.make()
    PostgresStore(primary.conninfo(), LOG).close()
    standby = primary.standby(name="second")
    yield primary, standby
    for server in (primary, standby):
        server.remove()


def wait_for_it(primary: Server) -> None:
    """Have the primary's commits wait until the standby has them on its disk."""
    primary.configure(synchronous_standby_names="second")
    until(lambda: primary.sql("SELECT sync_state FROM pg_stat_replication") == [("sync",)], "a synchronous standby")


def part(standby: Server) -> None:
    """Cut the standby off: it gets nothing more from the primary, whatever that sends."""
    standby.configure(primary_conninfo="")
    until(lambda: standby.sql("SELECT count(*) FROM pg_stat_wal_receiver") == [(0,)], "a standby on its own")


@dataclass
class Writers:
    """Sixteen that append all the time, over four stores that know both servers."""

    stores: list[Store]
    acknowledged: dict[int, int] = field(default_factory=dict)

    def some_more(self, number: int = 100) -> None:
        """Wait until that many more are acknowledged."""
        enough = len(self.acknowledged) + number
        until(lambda: len(self.acknowledged) >= enough, f"{enough} acknowledged")


@contextmanager
def sixteen_writers(*servers: Server) -> Iterator[Writers]:
    """Writers, who write until the end of the block."""
    hosts = ",".join(str(server.folder) for server in servers)
    stores: list[Store] = [PostgresStore(f"host={hosts} user=postgres dbname=postgres", LOG) for _ in range(4)]
    writers, numbers, stop = Writers(stores), count(), threading.Event()

    def write(store: Store) -> None:
        while not stop.is_set():
            number = next(numbers)
            future = store.append(entry(number))
            if future.exception() is None:
                writers.acknowledged[number] = future.result()

    threads = [threading.Thread(target=write, args=(stores[number % 4],)) for number in range(16)]
    for thread in threads:
        thread.start()
    try:
        yield writers
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        for store in stores:
            store.close()


def lost(acknowledged: dict[int, int], server: Server) -> list[int]:
    """What was acknowledged and is not in the log at its index; that the log agrees with its head is checked too."""
    store = PostgresStore(server.conninfo(), LOG)
    rows = store.rows(0, 1_000_000).result()
    head = store.head().result()
    store.close()
    assert head == Head(len(rows), tree_hash([leaf_of(row.kind, row.commitment) for row in rows]))
    kept = {(row.index, row.kind, row.commitment) for row in rows}
    return [
        number for number, index in acknowledged.items() if (index, Kind.CHOICE, commitment(entry(number))) not in kept
    ]


def test_with_a_synchronous_standby_nothing_acknowledged_is_lost_with_the_primary(pair: tuple[Server, Server]) -> None:
    primary, standby = pair
    wait_for_it(primary)
    with sixteen_writers(primary, standby) as writers:
        writers.some_more()
        primary.kill()
        standby.promote()
        writers.some_more()  # the stores find the new primary by themselves
    assert len(writers.acknowledged) >= 200
    assert lost(writers.acknowledged, standby) == []


def test_with_an_asynchronous_standby_what_it_had_not_got_is_lost_with_the_primary(pair: tuple[Server, Server]) -> None:
    """So that the test above is known to tell the two apart."""
    primary, standby = pair
    with sixteen_writers(primary, standby) as writers:
        writers.some_more(20)
        part(standby)
        writers.some_more(50)
        primary.kill()
        standby.promote()
    assert len(lost(writers.acknowledged, standby)) >= 50


def given_out(store: Store, name: str) -> list[str]:
    """The notes that a process gives out that is asked in every way.

    They say who signed, as no real ones do: so two of one size are seen to differ.
    """
    head = store.head().result(timeout=60)
    note = f"{head.size} {head.root.hex()} {name}"
    asked = (store.publish(head, note), store.published(), store.publish(head, note))
    return [str(one.result()) for one in asked if one.exception(timeout=60) is None and one.result() is not None]


def test_two_servers_that_both_think_they_are_the_primary_never_sign_two_heads_of_one_size(
    pair: tuple[Server, Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_connection, "PATIENCE", 1.0)
    old, new = pair
    wait_for_it(old)
    on_old = PostgresStore(old.conninfo(), LOG)
    assert [on_old.append(entry(number)).result() for number in range(3)] == [0, 1, 2]
    until(lambda: new.sql("SELECT size FROM bandeau.heads") == [(3,)], "a standby that has caught up")
    part(new)
    # The old primary commits these to its own disk, and waits for a standby that does not answer any more.
    notes = given_out(on_old, "old")
    with pytest.raises(StoreError):
        on_old.append(entry(3)).result(timeout=60)
    assert notes == []

    old.pause()
    new.promote()
    on_new = PostgresStore(new.conninfo(), LOG)
    notes += given_out(on_new, "new")
    assert on_new.append(entry(4)).result() == 3
    notes += given_out(on_new, "new")
    old.resume()
    notes += given_out(on_old, "old")

    # Started again, the old one shows what it had committed, to processes old and new.
    old.kill()
    old.start()
    assert old.sql("SELECT count(*) FROM bandeau.checkpoints WHERE note LIKE '%old'") == [(1,)]
    another = PostgresStore(old.conninfo(), LOG)
    notes += given_out(on_old, "old") + given_out(another, "another")
    with pytest.raises(StoreError):
        another.append(entry(5)).result(timeout=60)
    for store in (on_old, another):
        store.close()

    # And what the new one acknowledged outlasts it, too.
    new.kill()
    new.start()
    notes += given_out(on_new, "newer")
    on_new.close()
    assert lost({0: 0, 1: 1, 2: 2, 4: 3}, new) == []
    assert {note.split()[0] for note in notes} == {"3", "4"}
    assert len(set(notes)) == 2
    assert all(note.endswith("new") for note in notes)
