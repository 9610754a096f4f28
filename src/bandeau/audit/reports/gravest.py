"""The few pages that a report shows whole: those with the gravest findings."""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping
from operator import itemgetter

from bandeau.audit.recording import Page

DRAWN = 6
PICTURED = 8

_Ranked = tuple[int, int, Page]
_ORDER = itemgetter(0, 1)


class Gravest:
    """Takes one page after the other, with the rank of its gravest finding; keeps those that are shown.

    ``drawn`` are shown in the order of time. ``pictured`` are shown with their pictures, and ``with_pictures`` counts
    all that have some.
    """

    def __init__(self, pictures: Mapping[str, bytes]) -> None:
        self._pictures = pictures
        self._drawn: list[_Ranked] = []
        self._pictured: list[_Ranked] = []
        self._count = 0
        self.with_pictures = 0

    def add(self, page: Page, rank: int) -> None:
        """Take in a page."""
        self._count += 1
        _keep(self._drawn, (rank, self._count, page), DRAWN)
        if any(stay.screenshot in self._pictures for stay in page.stays if stay.screenshot):
            self.with_pictures += 1
            _keep(self._pictured, (rank, self._count, page), PICTURED)

    @property
    def drawn(self) -> tuple[Page, ...]:
        """The pages that are shown in the order of time, the gravest first."""
        return tuple(page for _, _, page in self._drawn)

    @property
    def pictured(self) -> tuple[Page, ...]:
        """The pages that are shown in pictures, the gravest first."""
        return tuple(page for _, _, page in self._pictured)


def _keep(pages: list[_Ranked], page: _Ranked, most: int) -> None:
    insort(pages, page, key=_ORDER)
    del pages[most:]
