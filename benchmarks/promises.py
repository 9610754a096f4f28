"""How well notices are read: precision and recall of the rules, by kind of promise and by language.

Run it with ``.venv/bin/python benchmarks/promises.py [--list]``. The corpus (tests/audit/promises/corpus) was written
for it: the *open* half lay in sight while the rules were written, the *held-out* half was set aside before there was a
rule. A promise counts as found where its kind, its place and what it says are as a careful reader noted them; what is
read otherwise is both missed and invented. ``--list`` tells each.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from bandeau.audit.promises import read_text
from bandeau.audit.promises.rules import kinds
from support.corpus import CORPUS, HALVES, Reading, Score, read, scores, texts


def main() -> None:
    """Measure both halves and print them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="tell what was missed and what was invented")
    options = parser.parse_args()
    for half in HALVES:
        began = time.process_time()
        readings = [read(text) for text in texts(half)]
        took = time.process_time() - began
        size = sum(len(reading.text.text) for reading in readings)
        print(f"\n{half}: {len(readings)} notices, {size / took / 1000:.0f} kB a second")
        for by in ("all", "language", "kind"):
            _table(by, scores(readings, by))
        if options.list:
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
