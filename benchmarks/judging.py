"""What judging costs where a page does one thing again and again: CPU seconds, and how they grow with the facts.

Run it with ``.venv/bin/python benchmarks/judging.py [--facts 80000] [--only NAME]``. Each recording has a page in four
states; every one is judged without a declaration and with one, and a quarter of it beside it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import deque
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from servers import machine

from bandeau.audit.judging import judge
from bandeau.audit.tape import Tape
from bandeau.model import Declaration
from support.crowds import CROWDS, crowd
from support.recordings import DECLARED, LORE


def main() -> None:
    """Judge each crowd and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facts", type=int, default=80_000, help="facts of a recording; an audit keeps 20,000 a state")
    parser.add_argument("--only", choices=CROWDS, help="what the page does")
    options = parser.parse_args()
    print(f"{machine()}\n")
    print(f"{'CPU seconds':34}{'facts':>8}{'undeclared':>12}{'declared':>10}{'a quarter':>11}{'growth':>8}")
    for name in [options.only] if options.only else CROWDS:
        some, many = (taken(name, options.facts // 4, DECLARED), taken(name, options.facts, DECLARED))
        bare = taken(name, options.facts, None)
        print(f"{name:34}{options.facts:>8,}{bare:>12.2f}{many:>10.2f}{some:>11.2f}{many / some:>8.1f}", flush=True)


def taken(name: str, facts: int, declaration: Declaration | None) -> float:
    """The CPU seconds that judging takes."""
    recording = crowd(name, facts)
    began = time.process_time()
    deque(judge(Tape.of(recording), declaration, LORE), maxlen=0)
    return time.process_time() - began


if __name__ == "__main__":
    main()
