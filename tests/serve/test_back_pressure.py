"""More choices than a blocked disk takes in: those that do not fit are told so at once, and the others wait."""

from __future__ import annotations

import http.client
import sqlite3
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from bandeau.record.stores.lane import Lane
from support.embedding import embedding
from support.whole import all_rows, assert_whole

DEPTH, CLIENTS = 20, 60


def choose(port: int) -> tuple[int, str | None, bool]:
    """Post a choice; gives the status, when to try again, and whether a choice cookie came."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Host": f"gazette.localhost:{port}", "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/.bandeau/choice", "action=accept-all&back=/article", headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.getheader("retry-after"), answer.getheader("set-cookie") is not None


def test_a_flood_over_a_blocked_disk_is_told_to_come_back_and_nothing_of_it_is_acknowledged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(Lane.put.__kwdefaults__, "depth", DEPTH)
    monkeypatch.setattr("bandeau.record.stores.sqlite._PATIENCE", 60)
    with embedding(tmp_path) as one, ThreadPoolExecutor(CLIENTS + 1) as clients:
        assert one.site is not None
        store, port = one.site.store, int(one.front.rpartition(":")[2])
        assert choose(port)[0] == 303
        other = sqlite3.connect(store.path, isolation_level=None)  # type: ignore[attr-defined]
        other.execute("BEGIN IMMEDIATE")
        waiting = [clients.submit(choose, port)]
        while store._writer._jobs or not store._writer._busy.locked():  # type: ignore[attr-defined]
            pass  # until it is being written, and so waits for the lock
        flood = [clients.submit(choose, port) for _ in range(CLIENTS)]
        while sum(one.done() for one in flood) < CLIENTS - DEPTH:
            wait(flood, timeout=0.05)
        refused = [one for one in flood if one.done()]
        assert [one.result() for one in refused] == [(503, "5", False)] * (CLIENTS - DEPTH)
        assert not waiting[0].done()
        other.close()
        waiting += [one for one in flood if one not in refused]
        assert [one.result() for one in waiting] == [(303, None, True)] * (DEPTH + 1)
        assert_whole(store)
        assert sum(row.kind == 1 for row in all_rows(store)) == DEPTH + 2
