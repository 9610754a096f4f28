"""What only the PostgreSQL store has: several logs, a server that goes away, standbys, starters at once."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import psycopg
import pytest

from bandeau.errors import SetupError, StoreError, Withheld
from bandeau.record.entry import canonical
from bandeau.record.stores import Observation, Tally, lane, postgres_connection
from bandeau.record.stores import work_records as records
from bandeau.record.stores.postgres import PostgresStore
from bandeau.record.stores.postgres_connection import PostgresConnection, connect, place
from bandeau.record.stores.session import Again, InDoubt, Session
from support.postgres import Server, until
from support.records import entry

LOG = "news.example/.bandeau/log"


@pytest.fixture
def database(postgres: Server) -> Iterator[str]:
    """The name of an empty database."""
    with postgres.database() as name:
        yield name


@pytest.fixture
def conninfo(postgres: Server, database: str) -> str:
    return postgres.conninfo(database)


@pytest.fixture
def store(conninfo: str) -> Iterator[PostgresStore]:
    opened = PostgresStore(conninfo, LOG)
    yield opened
    opened.close()


@pytest.fixture
def own() -> Iterator[Server]:
    """A server of this test's own, to be stopped and killed."""
    server = Server.make()
    yield server
    server.remove()


def opened(conninfo: str) -> PostgresConnection:
    """A connection as the store's writer has it."""
    return PostgresConnection(connect(conninfo), 1, "BEGIN")


def published(store: PostgresStore) -> str:
    head = store.head().result()
    return store.publish(head, f"{head.size} {head.root.hex()}").result()


# -- several logs -------------------------------------------------------------------------------------------------


def test_logs_of_one_database_have_heads_texts_and_counts_of_their_own(conninfo: str, store: PostgresStore) -> None:
    other = PostgresStore(conninfo, "other.example/.bandeau/log")
    assert [store.append(entry(1)).result(), other.append(entry(2)).result()] == [0, 0]
    assert store.append(entry(3)).result() == 1
    assert (store.head().result().size, other.head().result().size) == (2, 1)
    store.archive("notice", "aa", b"ours", 1).result()
    other.archive("notice", "aa", b"theirs", 2).result()
    store.tally({Observation("2026-01-01", "img-src", "a.example"): 2}).result()
    assert store.archived("notice")["aa"].body == b"ours"
    assert other.archived("notice")["aa"].body == b"theirs"
    assert store.tallies() == (Tally("2026-01-01", "img-src", "a.example", "", 2),)
    assert other.tallies() == ()
    assert published(store) != published(other)
    other.close()


def test_the_history_of_a_record_and_its_erasure_reach_over_all_logs(conninfo: str, store: PostgresStore) -> None:
    later = PostgresStore(conninfo, "news.example/.bandeau/log/2026-02")
    record = entry(1).record
    ours, theirs = entry(1), entry(2, record=record)
    assert store.append(ours).result() == later.append(theirs).result() == 0
    seen = [(one.index, one.entry, one.log) for one in later.history(record).result()]
    assert seen == [(0, ours, LOG), (0, theirs, "")]
    store.withhold(record, "court file 1", 1).result()
    with pytest.raises(Withheld):
        later.erase(record).result()
    store.release(record).result()
    assert later.erase(record).result() == 2
    assert store.history(record).result() == ()
    later.close()


def test_a_record_that_is_being_erased_in_another_log_is_withheld_only_after_that(
    conninfo: str, store: PostgresStore
) -> None:
    """Or it would be erased although it was said to be withheld."""
    store.append(entry(1)).result()
    session, looked, go = Session(opened(conninfo)), threading.Event(), threading.Event()
    run = session.run

    def slow(name: str, *values: Any) -> Any:
        done = run(name, *values)
        if name == "withheld":
            looked.set()
            go.wait()
        return done

    def erase() -> int:
        session.begin()
        erased = records.erase(entry(1).record, session)
        session.commit()
        session.close()
        return erased

    session.run = slow  # type: ignore[method-assign, assignment]
    with ThreadPoolExecutor() as pool:
        erasing = pool.submit(erase)
        looked.wait()
        withholding = store.withhold(entry(1).record, "court file 1", 1)
        try:
            with pytest.raises(TimeoutError):
                withholding.result(timeout=0.5)
        finally:
            go.set()
        assert erasing.result() == 1
    withholding.result()


# -- erasing ------------------------------------------------------------------------------------------------------


def traces(server: Server, folder: str, numbers: Iterable[int]) -> list[int]:
    """Those entries of which the id, the salt or a piece of the body stands in any file below a folder."""
    files = [path.read_bytes() for path in (server.data / folder).rglob("*") if path.is_file()]
    found = []
    for one in map(entry, numbers):
        parts = (one.record, one.record.hex().encode(), one.salt, canonical(one)[:60], one.declaration.encode())
        if any(part in file for part in parts for file in files):
            found.append(one.at - entry(0).at)
    return found


def test_what_was_erased_is_written_over_in_every_file_by_what_is_recorded_next(own: Server) -> None:
    # The least that a server can keep of its write-ahead log.
    own.configure(wal_keep_size="0", min_wal_size="32MB", max_wal_size="32MB")
    store = PostgresStore(own.conninfo(), LOG)
    wait([store.append(entry(number)) for number in range(300)])
    gone, kept = range(0, 300, 3), range(1, 300, 3)
    wait(erased := [store.erase(entry(number).record) for number in gone])
    assert [one.result() for one in erased] == [1] * len(gone)
    wait([store.append(entry(number)) for number in range(300, 1_000)])
    own.sql("CHECKPOINT")
    assert traces(own, "base", gone) == []
    assert traces(own, "base", kept) == list(kept)
    for _ in range(8):
        own.sql("SELECT pg_switch_wal()")
        own.sql("CHECKPOINT")
    assert traces(own, "", gone) == []
    store.close()


def test_an_erasure_that_is_cancelled_in_time_is_never_done(store: PostgresStore) -> None:
    store.append(entry(1)).result()
    blocked, go = threading.Event(), threading.Event()
    store._writer.put(lambda _: (blocked.set(), go.wait()))
    blocked.wait()
    erasing = store.erase(entry(1).record)
    assert erasing.cancel()
    go.set()
    assert store.append(entry(2)).result() == 1
    assert len(store.history(entry(1).record).result()) == 1


# -- setting up ---------------------------------------------------------------------------------------------------


def test_processes_that_start_at_once_make_the_tables_and_the_log_once(conninfo: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(lambda number: PostgresStore(conninfo, f"{number % 2}.example"), range(8)))
    wait([store.append(entry(number)) for number, store in enumerate(stores * 3)])
    assert sorted(store.head().result().size for store in stores) == [12] * 8
    for store in stores:
        store.close()


def test_a_database_of_a_newer_version_is_left_alone(postgres: Server, database: str, conninfo: str) -> None:
    PostgresStore(conninfo, LOG).close()
    postgres.sql("UPDATE bandeau.schema SET version = 99", database)
    with pytest.raises(SetupError, match="newer version"):
        PostgresStore(conninfo, LOG)
    with pytest.raises(SetupError, match="newer version"):
        PostgresStore(conninfo, "another.example")


def test_a_change_of_the_tables_that_fails_leaves_no_trace_and_is_done_again(
    postgres: Server, database: str, conninfo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("bandeau.record.stores.postgres_schema._SCHEMAS", ("schema-1", "head-lock"))
        with pytest.raises(SetupError):
            PostgresStore(conninfo, LOG)
    assert postgres.sql("SELECT version, to_regclass('bandeau.entries') FROM bandeau.schema", database) == [(0, None)]
    store = PostgresStore(conninfo, LOG)
    assert store.append(entry(1)).result() == 0
    store.close()


def test_a_role_that_may_only_use_the_tables_can_open_a_log_that_is_there(
    postgres: Server, database: str, conninfo: str
) -> None:
    PostgresStore(conninfo, LOG).close()
    role = f"role_{database}"
    for statement in (
        f"CREATE ROLE {role} LOGIN",
        f"GRANT USAGE ON SCHEMA bandeau TO {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA bandeau TO {role}",
    ):
        postgres.sql(statement, database)
    store = PostgresStore(conninfo.replace("user=postgres", f"user={role}"), LOG)
    assert store.append(entry(1)).result() == 0
    # It may not sweep, and is told so: the bytes of what it erased are still there.
    with pytest.raises(StoreError, match="permission denied"):
        store.erase(entry(1).record).result()
    assert store.history(entry(1).record).result() == ()
    with pytest.raises(SetupError, match="permission denied"):
        PostgresStore(postgres.conninfo("template1").replace("user=postgres", f"user={role}"), LOG)
    store.close()
    postgres.sql(f"DROP OWNED BY {role}", database)
    postgres.sql(f"DROP ROLE {role}")


@pytest.mark.parametrize(
    "conninfo", ["host=/nowhere dbname=x password=secret", "postgresql://u:secret@/x?host=/nowhere"]
)
def test_a_database_that_is_not_there_is_one_clear_error_without_the_password(conninfo: str) -> None:
    with pytest.raises(SetupError, match="records cannot be kept in postgresql:///nowhere/x: ") as told:
        PostgresStore(conninfo, LOG)
    assert "secret" not in str(told.value)


def test_what_is_no_address_is_one_clear_error() -> None:
    with pytest.raises(SetupError, match="not the address"):
        PostgresStore("postgresql://[", LOG)


def test_without_the_driver_the_error_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from bandeau.errors import SetupError\n"
        "try:\n    import bandeau.record.stores.postgres\n"
        "except SetupError as problem:\n    print(problem)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONPATH": ":".join(sys.path)}
    )
    assert 'pip install "bandeau[postgres]"' in done.stdout, done.stderr


def test_a_server_that_does_not_flush_is_refused(postgres: Server, conninfo: str) -> None:
    postgres.configure(fsync="off")
    try:
        with pytest.raises(SetupError, match="fsync=off"):
            PostgresStore(conninfo, LOG)
    finally:
        postgres.configure(fsync="on")


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_database_that_cannot_keep_every_text_is_refused(postgres: Server, encoding: str) -> None:
    postgres.sql(f"CREATE DATABASE narrow TEMPLATE template0 ENCODING {encoding} LOCALE 'C'")
    try:
        with pytest.raises(SetupError, match="UTF-8"):
            PostgresStore(postgres.conninfo("narrow"), LOG)
    finally:
        postgres.sql("DROP DATABASE narrow WITH (FORCE)")


@pytest.mark.parametrize(
    ("told", "held"), [("off", "on"), ("local", "on"), ("remote_write", "on"), ("on", "on"), ("remote_apply",) * 2]
)
def test_commits_wait_until_they_are_durable_whatever_the_database_says(
    postgres: Server, database: str, conninfo: str, told: str, held: str
) -> None:
    postgres.sql(f"ALTER DATABASE {database} SET synchronous_commit = {told}")
    connection = connect(conninfo)
    assert connection.execute("SHOW synchronous_commit").fetchone() == (held,)
    connection.close()


def test_what_is_shown_of_an_address_holds_neither_user_nor_password() -> None:
    assert (
        place("postgresql://user:secret@a.example,b.example:5433/records") == "postgresql://a.example,b.example/records"
    )


# -- when it fails ------------------------------------------------------------------------------------------------


def test_a_connection_that_the_server_ended_is_replaced(postgres: Server, store: PostgresStore) -> None:
    store.append(entry(1)).result()
    store.history(entry(1).record).result()
    postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'bandeau'")
    assert store.append(entry(2)).result() == 1
    assert [one.entry for one in store.history(entry(1).record).result()] == [entry(1)]


def test_a_connection_lost_in_the_midst_of_a_transaction_costs_nothing(postgres: Server, store: PostgresStore) -> None:
    done = []

    def cut(session: Session) -> int:
        if not done:
            done.append(session.run("head").fetchone())
            pids = "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE application_name = 'bandeau'"
            postgres.sql(pids)
        return int(session.run("head").fetchone()[0])

    started = store.append(entry(0))
    started.result()
    futures = [store.append(entry(1)), store._writer.put(cut), store.append(entry(2))]
    assert futures[0].result() == 1
    assert futures[2].result() == 2
    assert futures[1].exception() is None


def test_a_connection_lost_while_committing_leaves_it_in_doubt_and_is_not_done_again(
    store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The COMMIT is carried out, and its answer does not come."""
    store.append(entry(0)).result()
    execute = postgres_connection.Patient.execute

    def lossy(connection: Any, query: Any, *arguments: Any, **options: Any) -> Any:
        done = execute(connection, query, *arguments, **options)
        if query == "COMMIT":
            connection.close()
            raise psycopg.OperationalError("the connection is lost")
        return done

    with monkeypatch.context() as patched:
        patched.setattr(postgres_connection.Patient, "execute", lossy)
        with pytest.raises(StoreError, match="nothing is known") as told:
            store.append(entry(1)).result()
    assert isinstance(told.value.__cause__, InDoubt)
    assert [one.index for one in store.history(entry(1).record).result()] == [1]
    assert store.append(entry(2)).result() == 2


def test_a_commit_whose_wait_for_the_standby_is_broken_off_is_in_doubt(own: Server) -> None:
    store = PostgresStore(own.conninfo(), LOG)
    store.append(entry(0)).result()
    own.configure(synchronous_standby_names="nobody")
    stuck = "FROM pg_stat_activity WHERE application_name = 'bandeau' AND wait_event = 'SyncRep'"
    for number, end in enumerate(("pg_cancel_backend", "pg_terminate_backend"), 1):
        waiting = store.append(entry(number))
        until(lambda: own.sql(f"SELECT pid {stuck}"), "a commit that waits for its standby")
        own.sql(f"SELECT {end}(pid) {stuck}")
        with pytest.raises(StoreError, match=r"may not have it|nothing is known") as told:
            waiting.result(timeout=60)
        assert isinstance(told.value.__cause__, InDoubt)
    own.configure(synchronous_standby_names="")
    assert store.append(entry(3)).result() == 3
    store.close()


def test_a_server_that_restarts_in_the_midst_loses_nothing_acknowledged(
    own: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = PostgresStore(own.conninfo(), LOG)
    kept: dict[int, int] = {}
    stop = threading.Event()

    def visitor(start: int) -> None:
        number = start
        while not stop.is_set():
            future = store.append(entry(number))
            if future.exception() is None:
                kept[number] = future.result()
            number += 1

    threads = [threading.Thread(target=visitor, args=(start * 1_000_000,)) for start in range(8)]
    for thread in threads:
        thread.start()
    for _ in range(2):
        before = len(kept)
        until(lambda before=before: len(kept) > before + 50, "some entries")  # type: ignore[misc]
        own.kill()
        own.start()
    before = len(kept)
    until(lambda: len(kept) > before + 50, "entries after the server came back")
    stop.set()
    for thread in threads:
        thread.join()
    lost = [n for n, index in kept.items() if [one.index for one in store.history(entry(n).record).result()] != [index]]
    assert lost == []
    assert len(set(kept.values())) == len(kept)
    store.close()


def test_a_server_that_does_not_answer_fails_what_waits_in_time_and_recovers(
    own: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_connection, "PATIENCE", 0.3)
    monkeypatch.setitem(postgres_connection._UNLESS_GIVEN, "connect_timeout", "2")
    store = PostgresStore(own.conninfo(), LOG)
    until(lambda: store.append(entry(0)).exception() is None, "an entry, however impatient the store is")
    own.pause()
    try:
        waiting = [store.append(entry(number)) for number in range(1, 50)]
        for future in waiting:
            with pytest.raises(StoreError):
                future.result(timeout=60)
    finally:
        own.resume()
    until(lambda: store.append(entry(99)).exception() is None, "an entry once the server answers again")
    store.close()


@pytest.fixture
def lose(postgres: Server, database: str, store: PostgresStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A statement that fails as one does that lost against another transaction."""
    fail = "BEGIN RAISE EXCEPTION 'could not serialize' USING ERRCODE = '40001'; END"
    postgres.sql(f"CREATE FUNCTION lose(integer) RETURNS integer LANGUAGE plpgsql AS $$ {fail} $$", database)
    given = postgres_connection.statement

    def statement(dialect: str, name: str) -> str:
        return "SELECT lose($1::integer)" if name == "lose" else given(dialect, name)

    monkeypatch.setattr(postgres_connection, "statement", statement)


@pytest.mark.usefixtures("lose")
def test_a_transaction_that_lost_against_another_is_done_again_as_a_whole(store: PostgresStore) -> None:
    turns: list[int] = []

    def losing(session: Session) -> int:
        turns.append(len(turns))
        if len(turns) < lane._TRIES:
            session.run("lose")
        return len(turns)

    blocked, go = threading.Event(), threading.Event()
    store._writer.put(lambda _: (blocked.set(), go.wait()))
    blocked.wait()
    futures = [store.append(entry(0)), store._writer.put(losing), store.append(entry(1))]
    go.set()
    assert [future.result() for future in futures] == [0, lane._TRIES, 1]
    assert store.head().result().size == 2


@pytest.mark.usefixtures("lose")
def test_a_transaction_that_always_loses_fails_in_the_end(store: PostgresStore) -> None:
    with pytest.raises(StoreError, match="could not serialize"):
        store._writer.put(lambda session: session.run("lose")).result()
    assert store.append(entry(0)).result() == 0


def test_a_head_that_another_process_holds_fails_what_waits_in_time_and_is_taken_later(
    conninfo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_connection, "_SETTINGS", ("SET lock_timeout = '50ms'",))
    store = PostgresStore(conninfo, LOG)
    other = opened(conninfo)
    other.begin()
    other.run("head-lock")
    for number in range(3):
        with pytest.raises(StoreError, match="lock timeout"):
            store.append(entry(number)).result()
    other.rollback()
    other.close()
    assert store.append(entry(9)).result() == 0
    store.close()


def test_two_that_wait_for_each_other_both_end_well(conninfo: str, store: PostgresStore) -> None:
    """Two logs that erase the same two records, each the other's first."""
    other = PostgresStore(conninfo, "other.example")
    records = [entry(1), entry(2)]
    for one in records:
        store.append(one).result()
    both = threading.Barrier(2, timeout=60)
    met: list[str] = []

    def crossing(first: int, second: int) -> Any:
        def work(session: Session) -> None:
            session.run("record-lock", records[first].record)
            if len(met) < 2:
                met.append("once")
                both.wait()
            session.run("record-lock", records[second].record)

        return work

    futures = [store._writer.put(crossing(0, 1)), other._writer.put(crossing(1, 0))]
    assert [future.result(timeout=60) for future in futures] == [None, None]
    other.close()


def test_a_server_that_is_no_primary_any_more_is_left_for_another(conninfo: str, store: PostgresStore) -> None:
    connection = opened(conninfo)
    connection._connection.execute("SET default_transaction_read_only = on")
    connection.begin()
    assert not connection.broken
    with pytest.raises(Again, match="read-only"):
        connection.run("head-lock")
    assert connection.broken
    connection.rollback()
    connection.close()


def test_a_head_that_is_not_the_one_before_is_not_moved_and_nothing_is_committed(conninfo: str) -> None:
    store = PostgresStore(conninfo, LOG)
    assert store.append(entry(1)).result() == 0
    head = store.head().result()
    connection = opened(conninfo)
    for before in ((0, head.root, b""), (1, bytes(32), b"")):
        connection.begin()
        connection.many("append", [(5, 1, bytes(32), None, None, None)])
        connection.move_head((6, bytes(32), b""), before)
        with pytest.raises(psycopg.errors.NotNullViolation):
            connection.commit()
        connection.rollback()
    connection.close()
    assert store.head().result() == head
    assert len(store.rows(0, 100).result()) == 1
    store.close()


def test_an_end_that_the_server_made_a_rollback_of_is_an_error(conninfo: str, store: PostgresStore) -> None:
    connection = opened(conninfo)
    connection.begin()
    with pytest.raises(psycopg.errors.CheckViolation):
        connection.run("withhold", b"too short", "a reason", 1)
    with pytest.raises(StoreError, match="before its end"):
        connection.commit()
    connection.close()


def test_of_several_hosts_the_one_that_can_be_written_to_is_taken(postgres: Server, database: str) -> None:
    conninfo = f"host=/nowhere,{postgres.folder} user=postgres dbname={database}"
    store = PostgresStore(conninfo, LOG)
    assert store.append(entry(1)).result() == 0
    store.close()


def test_a_text_that_no_database_can_hold_is_counted_as_other(store: PostgresStore) -> None:
    store.tally({Observation("2026-01-01", "img-src", "a\0b"): 2}).result()
    assert store.tallies() == (Tally("2026-01-01", "other", "other", "", 2),)
