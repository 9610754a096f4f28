"""Writers to kill: they do everything that a store does, several at once, and note what it acknowledged.

``python killed_writers.py KIND LIVES DEATHS SEED PLACE JOURNALS [PLACE JOURNALS ...]`` forks writers from a process
that has everything imported, so that one costs no start, and kills them (SIGKILL) until for each place ``DEATHS`` are
dead: at a random moment of opening the store or of their work, or only of opening it where ``LIVES`` is ``short``. Each
notes in a journal of its own what it begins and, once the store has acknowledged it, what is done: one line each,
written at once, so that no kill takes it back.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from pathlib import Path
from random import Random

from support.stores import open_store
from support.writers import Writer

AT_ONCE = 3


def start(kind: str, place: str, journals: Path, number: int) -> int:
    """Fork a writer; its process id."""
    if pid := os.fork():
        return pid
    try:
        journal = os.open(journals / str(number), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        Writer(open_store(kind, place), journal, number).work()
    except BaseException as problem:  # noqa: BLE001 - a writer that ends by itself is a failure that is looked for
        os.write(2, f"writer {number} ended: {problem!r}\n".encode())
    os._exit(1)


LIVES = {"short": ("young",), "mixed": ("young",) * 3 + ("later",) * 6 + ("busy",)}


def kill(pid: int, journal: Path, life: str, random: Random) -> None:
    """Kill a writer in the first moments of its life, or later, in the midst of its work.

    Some wait until there is work, however slow the machine.
    """
    match life:
        case "young":
            time.sleep(random.uniform(0, 0.02))
        case "later":
            time.sleep(random.uniform(0, 0.12))
        case "busy":
            wanted, until = random.randrange(1_000), time.monotonic() + 60
            while time.monotonic() < until and _size(journal) < wanted:
                time.sleep(random.uniform(0, 0.003))
    os.kill(pid, signal.SIGKILL)
    if os.waitpid(pid, 0)[1] != signal.SIGKILL:
        sys.exit(f"writer {journal.name} did not live to be killed")


def _size(journal: Path) -> int:
    with contextlib.suppress(FileNotFoundError):
        return journal.stat().st_size
    return 0


def run(kind: str, lives: str, deaths: int, random: Random, place: str, journals: Path) -> None:
    """Kill that many writers of one place."""
    alive: list[tuple[int, Path]] = []
    for number in range(deaths + AT_ONCE):
        if number < deaths:
            alive.append((start(kind, place, journals, number), journals / str(number)))
        if alive and number >= AT_ONCE - 1:
            kill(*alive.pop(random.randrange(len(alive))), random.choice(LIVES[lives]), random)


def main(kind: str, lives: str, deaths: str, seed: str, *places: str) -> None:
    random = Random(int(seed))
    for place, journals in zip(places[::2], places[1::2], strict=True):
        run(kind, lives, int(deaths), random, place, Path(journals))


if __name__ == "__main__":
    main(*sys.argv[1:])
