"""A coordinator as a process of its own, to be killed: ``python -m support.coordinator TABLE``."""

from __future__ import annotations

import sys
from pathlib import Path

from bandeau.audit.many.crew import Processes
from bandeau.audit.many.run import Politeness, audit_pages
from bandeau.audit.many.table import Table
from support.units import Fetching


def main() -> None:
    table = Table(Path(sys.argv[1]), "settings")
    audit_pages(table, lambda inbox: Processes(Fetching(text=2000), inbox, jobs=2, at_once=3), Politeness(rate=10_000))
    table.close()


if __name__ == "__main__":
    main()
