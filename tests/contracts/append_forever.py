"""Appends to a store until it is killed, and prints each record once it is acknowledged: a process to kill."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import Future

from support.records import entry
from support.stores import open_store


def main(kind: str, place: str, start: int) -> None:
    store = open_store(kind, place)
    in_flight = threading.Semaphore(64)

    def acknowledge(number: int, future: Future[int]) -> None:
        future.result()
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        in_flight.release()

    number = start
    while True:
        in_flight.acquire()
        store.append(entry(number)).add_done_callback(lambda future, number=number: acknowledge(number, future))
        number += 1


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
