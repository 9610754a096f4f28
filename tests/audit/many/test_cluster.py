"""Pages on a cluster of real Dask processes, of which one is killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import dask
import psutil
import pytest
from distributed import Client, LocalCluster

from bandeau.audit.many import cluster
from bandeau.audit.many.cluster import Cluster, connected
from bandeau.audit.many.hand import Limits
from bandeau.audit.many.results import browser_of
from bandeau.audit.many.run import Politeness, audit_pages
from bandeau.audit.many.table import Progress, Table
from bandeau.errors import SetupError
from support.units import BROWSER, Closed, Fetching

from .conftest import Site, fill

QUICK = Politeness(rate=1000)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))  # as on a machine where it is installed
    with (
        dask.config.set({"distributed.admin.tick.limit": "1h"}),
        LocalCluster(
            n_workers=2, threads_per_worker=2, processes=True, dashboard_address=None, host="127.0.0.1"
        ) as several,
        Client(several) as made,
    ):
        yield made


def test_pages_are_seen_on_a_cluster_and_a_poison_page_costs_only_itself(
    site: Site, table: Table, client: Client
) -> None:
    urls = [site.url(f"/{number}") for number in range(40)]
    fill(table, *urls[:5], site.url("/crash"), *urls[5:])
    pids = set(client.run(os.getpid).values())
    over = audit_pages(table, lambda inbox: Cluster(Fetching(), inbox, client), QUICK)
    assert over == Progress(total=41, done=40, failed=1, leased=0)
    assert [page.trouble[0].code for _, (page,) in table.results() if page.trouble] == ["given-up"]
    assert browser_of(table) == BROWSER
    assert set(client.run(os.getpid).values()) == pids  # no worker of Dask was lost


def test_pages_are_read_on_on_a_cluster(site: Site, table: Table, client: Client) -> None:
    paths = ["/1", "/apart", "/2", "/3", "/crash", *(f"/{number}" for number in range(4, 30)), "/end", "/30"]
    fill(table, *map(site.url, paths))
    over = audit_pages(table, lambda inbox: Cluster(Fetching(), inbox, client), QUICK, together=4)
    assert over == Progress(total=33, done=32, failed=1, leased=0)
    after = {url.removeprefix(site.url("")): page.after for url, (page,) in table.results()}
    assert [after[path] for path in ("/1", "/apart", "/2", "/3", "/end")] == ["", "", *2 * [site.url("/1")], ""]
    assert sum(map(bool, after.values())) > 16


def test_the_pages_of_a_killed_worker_are_run_again(site: Site, table: Table, client: Client) -> None:
    urls = [site.url(f"/{number}") for number in range(200)]
    fill(table, *urls)
    victim = psutil.Process(next(iter(client.run(os.getpid).values())))

    def kill() -> None:
        while len(site.asked) < 50:
            time.sleep(0.01)
        victim.kill()

    killer = threading.Thread(target=kill)
    killer.start()
    over = audit_pages(table, lambda inbox: Cluster(Fetching(), inbox, client), QUICK)
    killer.join()
    assert over == Progress(total=200, done=200, failed=0, leased=0)
    assert [url for url, _ in table.results()] == urls
    assert not psutil.pid_exists(victim.pid) or victim.status() == psutil.STATUS_ZOMBIE


@pytest.mark.browser
def test_the_command_has_its_pages_seen_by_the_browsers_of_a_cluster(
    site: Site, client: Client, tmp_path: Path
) -> None:
    for path in ("/1", "/2"):
        site.answers[path] = (200, {"Content-Type": "text/html", "Set-Cookie": "_ga=GA1.1.9482716350.1764152214"}, b"x")
    scheduler = str(client.scheduler_info(n_workers=-1)["address"])
    options = ("--cluster", scheduler, "--state", "before", "--rate", "100", "--json", str(tmp_path / "told.json"))
    command = [
        sys.executable,
        "-c",
        "from bandeau.cli import main; main()",
        "audit",
        site.url("/1"),
        site.url("/2"),
        *options,
    ]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 3, ran.stderr
    told = json.loads((tmp_path / "told.json").read_bytes())
    assert [page["states"] for page in told["pages"]] == [[{"state": "before", "reached": True}]] * 2
    assert {finding["page"] for finding in told["findings"]} >= {site.url("/1"), site.url("/2")}


def test_a_scheduler_that_is_not_there_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_CONNECTING", 0.5)
    for address in ("tcp://127.0.0.1:1", "nonsense://x", "tcp://127.0.0.1:none"):
        with pytest.raises(SetupError, match="no Dask scheduler answers at"), connected(address):
            pass


def test_a_browser_that_does_not_open_on_the_cluster_ends_the_run(site: Site, table: Table, client: Client) -> None:
    fill(table, site.url("/"))
    with pytest.raises(SetupError, match="there is no browser; install one"):
        audit_pages(table, lambda inbox: Cluster(Closed(), inbox, client, Limits()), QUICK)
