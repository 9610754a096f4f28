"""How well notices are read: precision and recall of the rules, by kind of promise and by language.

Run it with ``.venv/bin/python benchmarks/promises.py [--list PART]``. The corpus (tests/audit/promises/corpus) was
written for it, in parts: tests/support/corpus.py tells who had seen which. A promise counts as found where its kind,
its place and what it says are as a careful reader noted them; what is read otherwise is both missed and invented.
``--list`` tells each of a part; of the independent and the sealed one nothing is told but figures, so that they stay
what they are.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from bandeau.audit.promises import read_text
from bandeau.audit.promises.rules import kinds
from support.corpus import CORPUS, PARTS, UNTOLD, Reading, Score, read, scores, texts


def main() -> None:
    """Measure each part and print them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told = [part for part in PARTS if part not in UNTOLD]
    parser.add_argument("--list", choices=told, metavar="PART", help="tell what was missed and what was invented in it")
    options = parser.parse_args()
    for part in PARTS:
        began = time.process_time()
        readings = [read(text) for text in texts(part)]
        took = time.process_time() - began
        size = sum(len(reading.text.text) for reading in readings)
        print(f"\n{part}: {len(readings)} notices, {size / took / 1000:.0f} kB a second")
        for by in ("all", "language", "kind"):
            _table(by, scores(readings, by))
        unfounded = sum(len(reading.unfounded) for reading in readings)
        print(f"\nof what was invented, {unfounded} are promises that the text does not make there at all")
        if options.list == part:
            _list(readings)
    claimed = sum(len(read_text(path.read_text("utf-8"))[0]) for path in (CORPUS / "silent").glob("*.txt"))
    print(f"\nsilent: {claimed} promises claimed in texts that make none")


def _table(by: str, rows: dict[str, Score]) -> None:
    print(f"\n{by:22}{'precision':>10}{'recall':>8}{'found':>7}{'missed':>8}{'invented':>10}")
    order = list(kinds())
    for name in sorted(rows, key=lambda name: (order.index(name) if name in order else 0, name)):
        score = rows[name]
        counts = f"{score.found:>7}{score.missed:>8}{score.invented:>10}"
        print(f"{name:22}{score.precision:>10.3f}{score.recall:>8.3f}{counts}")


def _list(readings: list[Reading]) -> None:
    for reading in readings:
        for missed in reading.missed:
            print(f"missed    {reading.text.name}: {missed.kind} {missed.says} “{missed.quote}”")
        for invented in reading.invented:
            print(f"invented  {reading.text.name}: {invented.kind} {dict(invented.says)} “{invented.quote}”")


if __name__ == "__main__":
    main()
